using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>Runs the turns of one activation, one at a time: what a turn awaits continues as a later turn.</summary>
internal sealed class TurnScheduler : IWorkItemScheduler
{
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1).ExclusiveScheduler;

    public Task RunAsync(Func<Task> turn)
    {
        // Ambient values of whoever happens to start the turn are none of the grain's business.
        return NoFlow.Start(() => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap());
    }

    public void QueueAction(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    public void QueueAction(Action<object> action, object state) =>
        Task.Factory.StartNew(action!, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    public void QueueTask(Task task) => task.Start(_scheduler);
}
