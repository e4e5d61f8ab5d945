namespace Orleans.OneMachine.Management;

/// <summary>To any silo: how many activations have you? The answer is an int.</summary>
[GenerateSerializer]
internal sealed class CountRequest;

/// <summary>To any silo: collect what has been idle for so long. The answer is how many.</summary>
[GenerateSerializer]
internal sealed class CollectRequest
{
    [Id(0)]
    public required TimeSpan AgeLimit { get; init; }
}
