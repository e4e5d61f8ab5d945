namespace Orleans.OneMachine.Hosting;

/// <summary>Something to run once the silo is active.</summary>
internal sealed record StartupStep(int Stage, Func<IServiceProvider, CancellationToken, Task> RunAsync);
