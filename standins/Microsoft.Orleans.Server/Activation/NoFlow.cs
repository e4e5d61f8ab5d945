namespace Orleans.OneMachine.Activation;

/// <summary>Starts work that inherits no ambient values (async locals, activities) from whoever happens to start it.</summary>
internal static class NoFlow
{
    public static T Start<T>(Func<T> start)
    {
        // Suppressing twice throws, and so does undoing what was not suppressed here.
        if (ExecutionContext.IsFlowSuppressed())
            return start();
        using (ExecutionContext.SuppressFlow())
            return start();
    }
}
