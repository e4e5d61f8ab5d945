namespace Orleans.Runtime;

/// <summary>Work to do once the silo is active, before the host counts as started.</summary>
public interface IStartupTask
{
    Task Execute(CancellationToken cancellationToken);
}
