using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class ProbeGrain(Journal journal, ILocalSiloDetails silo) : Grain, IProbeGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private int _count;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Add($"activated {this.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Add($"deactivated {this.GetPrimaryKeyString()} {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<ActivationInfo> Describe() => Task.FromResult(new ActivationInfo(silo.SiloAddress, _activation, Environment.ProcessId));

    public async Task<int> Increment()
    {
        var before = _count;
        await Task.Yield();
        return _count = before + 1;
    }

    public ValueTask<int> Count() => new(_count);

    public ValueTask Touch() => default;

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<ActivationInfo> Leave()
    {
        DeactivateOnIdle();
        return Describe();
    }

    public Task<ActivationInfo> DescribeNow() => Describe();

    public Task Keep(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }

    public Task<string?> ReadContext(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task<ActivationInfo> DescribeOther(string key) => GrainFactory.GetGrain<IProbeGrain>(key).Describe();

    public async Task<string> OtherReadsContext(string key, string contextKey)
    {
        RequestContext.Set("added", "on the way");
        var other = GrainFactory.GetGrain<IProbeGrain>(key);
        return $"{await other.ReadContext(contextKey)} {await other.ReadContext("added")}";
    }

    public Task Throw(string kind, string message) => throw kind switch
    {
        "argument" => new ArgumentException(message),
        "order" => new OrderException(message, new InvalidOperationException("within")) { Order = 7 },
        "private" => new PrivateException(message),
        _ => new NotSupportedException(message),
    };

    public async Task WaitForCancellation(CancellationToken cancellationToken)
    {
        journal.Add("waiting");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            journal.Add("cancelled");
        }
    }

    public async Task WaitForEntry(string entry)
    {
        journal.Add("waiting");
        await journal.WaitAsync(entry);
        journal.Add($"worked {this.GetPrimaryKeyString()}");
    }

    public Task Hang()
    {
        journal.Add("hanging");
        return new TaskCompletionSource().Task;
    }

    private sealed class PrivateException(string message) : Exception(message);
}
