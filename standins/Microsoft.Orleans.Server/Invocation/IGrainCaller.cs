using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>Carries out the calls of grain references.</summary>
internal interface IGrainCaller
{
    Task<object?> InvokeAsync(GrainReference target, MethodModel method, object?[] arguments);
}
