namespace ExpertCluster.Router.Tests.Apis.Streams;

/// <summary>A test's two routers, which know each other: one that answers, and another one that is asked.</summary>
public abstract class TwoRouters : IAsyncLifetime
{
    private protected StreamRouter Here { get; private set; } = null!;

    private protected StreamRouter There { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (Here, There) = (await StreamRouter.StartAsync("here"), await StreamRouter.StartAsync("there"));
        StreamRouter.Join(Here, There);
    }

    public async ValueTask DisposeAsync()
    {
        await Here.DisposeAsync();
        await There.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
