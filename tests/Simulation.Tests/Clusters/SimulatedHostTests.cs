using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Simulation.Tests.Clusters;

public sealed class SimulatedHostTests
{
    private static readonly HostFigures Figures = new() { TokensAtOne = 100, TokensAtEight = 400, TokensAtMost = 800, PrefillTokens = 1000, Slots = 2, Queue = 1 };

    private readonly SimulatedHost _host = new(0, "a", "z", Figures);
    private double _at;

    [Fact]
    public void Host_OneRequest_ReadsAndAnswersAtFullSpeed()
    {
        var request = Start(0, prompt: 500, answer: 50);

        Assert.Equal((request, false), Next(0.5));
        Assert.Equal((request, true), Next(1));
        Assert.Equal(double.PositiveInfinity, _host.UntilNext());
    }

    [Fact]
    public void Host_TwoRequests_ShareThePrefill()
    {
        var one = Start(0, prompt: 500, answer: 1000);
        var two = Start(0.25, prompt: 500, answer: 1000);

        // The first has half of its prompt left, at half the speed.
        Assert.Equal((one, false), Next(0.75));
        Assert.Equal((two, false), Next(1.25));
    }

    [Fact]
    public void Host_TwoStreams_GetHalfOfWhatTwoGiveTogether()
    {
        Start(0, prompt: 1, answer: 300);
        Start(0, prompt: 1, answer: 100);
        Next(0.002);
        Next(0.002);

        double together = Figures.Tokens(2);
        Assert.InRange(together, 150, 250);
        Assert.Equal(100 / (together / 2), _host.UntilNext(), 6);
    }

    [Fact]
    public void Tokens_Figures_AreMetAndRiseBetween()
    {
        Assert.Equal((100, 400, 800, 800), (Figures.Tokens(1), Figures.Tokens(8), Figures.Tokens(32), Figures.Tokens(500)));
        Assert.All(Enumerable.Range(1, 31), n => Assert.True(Figures.Tokens(n) < Figures.Tokens(n + 1)));
    }

    [Fact]
    public void Host_SlotsTaken_QueuesAndThenIsFull()
    {
        Start(0, 100, 100);
        _host.StartLoading();
        Assert.False(_host.HasSlot);
        Assert.False(_host.IsFull);

        _host.Enqueue(Request(1, 1));

        Assert.True(_host.IsFull);
        Assert.Null(_host.Dequeue());
        Assert.Equal(3, _host.Load);
    }

    [Fact]
    public void Empty_RequestsOnIt_GoOnBehindWhatCame()
    {
        Start(0, prompt: 100, answer: 50);
        Next(0.1);
        _host.Advance(0.3);

        var lost = Assert.Single(_host.Empty());

        // 20 of the 50 had come.
        Assert.Equal((120, 30), (lost.Prompt, lost.Answer));
        Assert.Equal((0, 1), (_host.Load, _host.Life));
    }

    private SimulatedRequest Start(double at, double prompt, double answer)
    {
        _at = at;
        _host.Advance(at);
        var request = Request(prompt, answer);
        _host.StartReading(request, wasLoading: false);
        return request;
    }

    private (SimulatedRequest Request, bool IsDone) Next(double expectedAt)
    {
        double until = _host.UntilNext();
        Assert.Equal(expectedAt, _at + until, 6);
        _at += until;
        _host.Advance(_at);
        return _host.TakeNext();
    }

    private static SimulatedRequest Request(double prompt, double answer) => new() { Expert = 0, Arrived = 0, Prompt = prompt, Answer = answer, PromptKey = 0 };
}
