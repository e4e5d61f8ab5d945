namespace Orleans.OneMachine.Messaging;

/// <summary>Starts work that outlives its starter, without the starter's ambient values.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> work)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            return Task.Run(work);
    }
}
