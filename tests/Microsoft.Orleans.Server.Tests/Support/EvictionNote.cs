using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>
/// In a process of several silos the end of one is written down. The handler that a silo has by itself ends the process,
/// and the tests with it.
/// </summary>
internal sealed class EvictionNote(ILocalSiloDetails silo, Journal journal) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) =>
        journal.Add($"fatal on {silo.Name}: {exception?.Message}");
}
