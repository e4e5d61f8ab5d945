namespace Orleans.Runtime;

/// <summary>Ends the process when the cluster has declared this silo dead. Replaceable through the service collection.</summary>
public interface IFatalErrorHandler
{
    bool IsUnexpected(Exception exception);

    void OnFatalException(object? sender = null, string? context = null, Exception? exception = null);
}
