using ExpertCluster.Node.Lifetimes;

namespace ExpertCluster.Node.Tests.Lifetimes;

public sealed class RetiringResourceTests : IDisposable
{
    private readonly Resource _resource = new();
    private readonly RetiringResource<Resource> _retiring;

    public void Dispose() => _resource.Dispose();

    public RetiringResourceTests() => _retiring = new RetiringResource<Resource>(_resource);

    [Fact]
    public void Retire_InUse_GoesWithTheLastWhoUsesIt()
    {
        Assert.True(_retiring.TryEnter() && _retiring.TryEnter());

        _retiring.Retire();
        Assert.False(_retiring.TryEnter());
        _retiring.Leave();
        Assert.Equal(0, _resource.Disposals);
        _retiring.Leave();

        Assert.Equal(1, _resource.Disposals);
    }

    [Fact]
    public void Retire_Unused_GoesAtOnceAndOnce()
    {
        Assert.True(_retiring.TryEnter());
        _retiring.Leave();
        Assert.Equal(0, _resource.Disposals);

        _retiring.Retire();
        _retiring.Retire();

        Assert.Equal(1, _resource.Disposals);
    }

    [Fact]
    public void Retire_WithAnEndOfItsOwn_EndsOnceAndIsNotDisposedOf()
    {
        List<Resource> ended = [];
        var retiring = new RetiringResource<Resource>(_resource, ended.Add);
        Assert.True(retiring.TryEnter());
        Assert.False(retiring.IsRetired);

        retiring.Retire();
        Assert.True(retiring.IsRetired);
        Assert.Empty(ended);
        retiring.Leave();
        retiring.Retire();

        Assert.Equal([_resource], ended);
        Assert.Equal(0, _resource.Disposals);
    }

    [Fact]
    public async Task Retire_WhileManyUseIt_NobodyUsesWhatIsGone()
    {
        using var begun = new CountdownEvent(3);
        var users = Enumerable.Range(0, 3).Select(_ => Task.Run(Use)).ToArray();
        begun.Wait(TestContext.Current.CancellationToken);

        _retiring.Retire();
        await Task.WhenAll(users);

        Assert.Equal(1, _resource.Disposals);

        void Use()
        {
            bool isFirst = true;
            while (_retiring.TryEnter())
            {
                Assert.Equal(0, _resource.Disposals);
                _retiring.Leave();
                if (isFirst)
                {
                    begun.Signal();
                    isFirst = false;
                }
            }
        }
    }

    private sealed class Resource : IDisposable
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }
}
