using Orleans;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class FailingGrain(Journal journal) : Grain, IFailingGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Add("attempt");
        return journal.Count("attempt") <= 2
            ? throw new InvalidOperationException("not yet")
            : Task.CompletedTask;
    }

    public Task<string> Hello() => Task.FromResult("hello");
}
