using Orleans;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<Everything> Echo(Everything value) => Task.FromResult(value);

    public Task<Shape?> Echo(Shape? value) => Task.FromResult(value);

    public Task<int[]> Change(int[] numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
            numbers[i]++;
        return Task.FromResult(numbers);
    }

    public Task<object> EchoObject(object value) => Task.FromResult(value);

    public Task<string> Call(IProbeGrain other) => other.Key();
}
