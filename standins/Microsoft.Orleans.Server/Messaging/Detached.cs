using Orleans.OneMachine.Activation;

namespace Orleans.OneMachine.Messaging;

/// <summary>Starts work that outlives its starter, without the starter's ambient values.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> work) => NoFlow.Start(() => Task.Run(work));
}
