namespace ExpertCluster.Router.Tests.Support;

/// <summary>Gives the numbers that a test says, in turn, and the last one for ever.</summary>
internal sealed class ScriptedRandom(params double[] numbers) : Random
{
    private readonly Queue<double> _numbers = new(numbers);

    public override double NextDouble() => _numbers.Count > 1 ? _numbers.Dequeue() : _numbers.Peek();
}
