using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;

namespace ExpertCluster.Gating.Tests.Serving;

/// <summary>A score under way ends before the gate goes; a later one is refused. Unguarded, either would end the process.</summary>
public sealed class DisposedGateTests(SmallGates gates)
{
    private const int Rounds = 40;

    [Fact]
    public void RequestGateScore_AfterDispose_IsRefused()
    {
        var gate = RequestGate.Load(gates.Directory);
        _ = gate.Score("Which knot holds?");
        gate.Dispose();
        gate.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gate.Score("Which knot holds?"));
    }

    [Fact]
    public void TokenGateScore_AfterDispose_IsRefused()
    {
        var gate = TokenGate.Load(gates.Directory, SmallWorld.Base);
        Score(gate);
        gate.Dispose();
        gate.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Score(gate));
    }

    [Fact]
    public async Task Dispose_WhileOthersScore_LetsThemEndAndRefusesLaterOnes()
    {
        for (int round = 0; round < Rounds; round++)
        {
            var request = RequestGate.Load(gates.Directory);
            var token = TokenGate.Load(gates.Directory, SmallWorld.Base);
            using var used = new CountdownEvent(3);
            Task[] users =
            [
                UntilDisposed(() => request.Score("Can I freeze bread?"), used),
                UntilDisposed(() => request.Score("Which knot holds the anchor?"), used),
                UntilDisposed(() => Score(token), used),
            ];
            used.Wait(TestContext.Current.CancellationToken);
            request.Dispose();
            token.Dispose();
            await Task.WhenAll(users);
        }
    }

    private static void Score(TokenGate gate) => gate.Score(new int[2 * gate.Window], 2, new float[2 * gate.Classes.Count]);

    private static Task UntilDisposed(Action score, CountdownEvent used) => Task.Factory.StartNew(
        () =>
        {
            score();
            used.Signal();
            try
            {
                while (true)
                {
                    score();
                }
            }
            catch (ObjectDisposedException)
            {
                // What ends it; anything else fails the test.
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
