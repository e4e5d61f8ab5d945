using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>Tokens that this router may still spend on a remote model: so many in each stretch of hours, the first of which begins with the first call. Thread-safe.</summary>
internal sealed class RemoteBudget(RemoteModel model, TimeProvider time)
{
    private readonly TimeSpan _stretch = TimeSpan.FromHours(model.BudgetHours);
    private readonly Lock _lock = new();
    private long? _began;
    private long _spent;

    /// <summary>How long until there are tokens again; null: there are some now. Answers that run may go beyond: what they cost is known at their end.</summary>
    public TimeSpan? Wait()
    {
        if (model.BudgetTokens == 0)
        {
            return null;
        }

        lock (_lock)
        {
            Renew();
            return _spent < model.BudgetTokens ? null : _stretch - time.GetElapsedTime(_began!.Value);
        }
    }

    public void Spend(long tokens)
    {
        lock (_lock)
        {
            Renew();
            _spent += tokens;
        }
    }

    private void Renew()
    {
        if (_began is not { } began || time.GetElapsedTime(began) >= _stretch)
        {
            (_began, _spent) = (time.GetTimestamp(), 0);
        }
    }
}
