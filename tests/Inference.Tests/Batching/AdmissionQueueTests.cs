using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class AdmissionQueueTests
{
    [Fact]
    public void TryTake_OneCaller_IsFirstInFirstOut() => Assert.Equal(
        ["a0", "a1", "a2", "a3"], Order(new AdmissionQueue(64, slots: 0), ["a0", "a1", "a2", "a3"]));

    /// <summary>Whoever comes with one request waits for one of each who came with hundreds.</summary>
    [Fact]
    public void TryTake_CallerWithHundreds_GivesOthersTheirTurn()
    {
        string[] many = [.. Enumerable.Range(0, 400).Select(i => $"a{i}")];

        var order = Order(new AdmissionQueue(1000, slots: 0), [.. many, "b0", "c0", "b1"]);

        Assert.Equal(["a0", "b0", "c0", "a1", "b1", "a2"], order[..6]);
        Assert.Equal(many, order.Where(name => name[0] == 'a'));
        Assert.Equal(403, order.Count);
    }

    [Fact]
    public void TryTake_CallerWhoComesLater_IsNextAndNotBefore()
    {
        var queue = new AdmissionQueue(64, slots: 0);
        foreach (string name in (string[])["a0", "a1", "a2", "a3"])
        {
            Add(queue, name);
        }

        Assert.Equal("a0", Take(queue));
        Assert.Equal("a1", Take(queue));
        Add(queue, "b0");
        Add(queue, "b1");

        Assert.Equal(["a2", "b0", "a3", "b1"], [Take(queue), Take(queue), Take(queue), Take(queue)]);
    }

    [Fact]
    public void TryAdd_FullOfOneCaller_TheLastOfThatOneMakesRoomForAnother()
    {
        var queue = new AdmissionQueue(limit: 4, slots: 0);
        foreach (string name in (string[])["a0", "a1", "a2", "a3"])
        {
            Assert.Equal(Admission.Queued, Add(queue, name));
        }

        Assert.Equal(Admission.Full, Add(queue, "a4"));
        Assert.Equal(Admission.Queued, Add(queue, "b0"));
        Assert.Equal(Admission.Queued, Add(queue, "b1"));
        Assert.Equal(Admission.Full, Add(queue, "b2"));
        Assert.Equal(Admission.Queued, Add(queue, "c0"));

        List<Sequence> ended = [];
        queue.RemoveEnded(ended);
        Assert.Equal(4, queue.Count);
        Assert.Equal(3, ended.Count);
        Assert.All(ended, sequence => Assert.IsType<EngineOverloadedException>(sequence.Refusal));
        Assert.Equal(4, Assert.IsType<EngineOverloadedException>(ended[0].Refusal).QueueLimit);
        ended.Clear();
        queue.RemoveEnded(ended);
        Assert.Empty(ended);
    }

    [Fact]
    public void Turns_CallersWithoutEnd_AreForgotten()
    {
        var turns = new CallerTurns();
        for (ulong caller = 1; caller <= 100_000; caller++)
        {
            turns.Take(turns.Next(caller));
        }

        long next = turns.Next(1);
        Assert.Equal(next, turns.Next(2));
        Assert.Equal(next + 1, turns.Next(1));
    }

    /// <summary>Through the engine: the one who was displaced is told why, and the queue goes on.</summary>
    [Fact]
    public async Task Generate_QueueFullOfOneCaller_AnotherIsServedAndTheLastIsRefused()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Requests.Start(runner, Requests.Options with { QueueLimit = 2 });
        var running = engine.Generate(Requests.Request([1]) with { Caller = 1 }).ReadAsync();
        await runner.EnteredAsync();
        var first = engine.Generate(Requests.Request([2]) with { Caller = 1 }).ReadAsync();
        var last = engine.Generate(Requests.Request([3]) with { Caller = 1 }).ReadAsync();

        var other = engine.Generate(Requests.Request([4]) with { Caller = 2 }).ReadAsync();
        runner.RunFreely();

        Assert.All(await Task.WhenAll(running, first, other), tokens => Assert.Equal(8, tokens.Count));
        await Assert.ThrowsAsync<EngineOverloadedException>(() => last);
    }

    private readonly Dictionary<Sequence, string> _names = [];

    private List<string> Order(AdmissionQueue queue, string[] names)
    {
        foreach (string name in names)
        {
            Assert.Equal(Admission.Queued, Add(queue, name));
        }

        return [.. names.Select(_ => Take(queue))];
    }

    /// <summary>A name's first letter is its caller.</summary>
    private Admission Add(AdmissionQueue queue, string name)
    {
        var request = Requests.Request([1]) with { Caller = name[0] };
        var sequence = new Sequence(request, new GenerationStream(1, 8), new TokenEmitter(request, new LetterText()), seen: null, grammar: null, contextLength: 64) { Held = [] };
        _names[sequence] = name;
        return queue.TryAdd(sequence);
    }

    private string Take(AdmissionQueue queue) =>
        queue.TryTake(freeSlots: 1, static (_, _) => AdapterReadiness.Ready, out var sequence) ? _names[sequence] : "nobody";
}
