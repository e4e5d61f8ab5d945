using ExpertCluster.Sessions;

namespace ExpertCluster.Inference.Tests.Sessions;

public sealed class LifetimeTests
{
    [Fact]
    public void Enter_AfterDispose_NamesTheOwner()
    {
        var lifetime = new Lifetime(this, () => { });
        lifetime.Dispose();
        Assert.Contains(nameof(LifetimeTests), Assert.Throws<ObjectDisposedException>(() => lifetime.Enter()).ObjectName, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_WithUsers_ReleasesOnceBehindTheLast()
    {
        int released = 0;
        var lifetime = new Lifetime(this, () => released++);
        var first = lifetime.Enter();
        var second = lifetime.Enter();
        lifetime.Dispose();
        lifetime.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lifetime.Enter());
        first.Dispose();
        Assert.Equal(0, released);
        second.Dispose();
        lifetime.Dispose();
        Assert.Equal(1, released);
    }

    [Fact]
    public void Dispose_WithoutUsers_ReleasesAtOnceAndOnce()
    {
        int released = 0;
        var lifetime = new Lifetime(this, () => released++);
        lifetime.Enter().Dispose();
        Assert.Equal(0, released);
        lifetime.Dispose();
        lifetime.Dispose();
        Assert.Equal(1, released);
    }

    [Fact]
    public void Dispose_FromManyThreadsBesideUsers_ReleasesOnceAndNeverUnderOne()
    {
        for (int round = 0; round < 500; round++)
        {
            int released = 0;
            int seenInside = 0;
            var lifetime = new Lifetime(this, () => Interlocked.Increment(ref released));
            Together.Run(
                Enough,
                Enough,
                lifetime.Dispose,
                lifetime.Dispose);
            Assert.Equal((1, 0), (released, seenInside));

            void Enough()
            {
                try
                {
                    while (true)
                    {
                        using var use = lifetime.Enter();
                        Interlocked.Add(ref seenInside, Volatile.Read(ref released));
                    }
                }
                catch (ObjectDisposedException)
                {
                    // The end of every user.
                }
            }
        }
    }
}
