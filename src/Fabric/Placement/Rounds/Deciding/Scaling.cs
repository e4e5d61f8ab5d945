using System.Globalization;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>How many replicas an expert shall have, and why.</summary>
/// <param name="Replicas">At least its minimum, at most its maximum.</param>
/// <param name="Cause">What moves it from what it has.</param>
internal readonly record struct Wanted(int Replicas, DecisionCause Cause);

/// <summary>
/// Replicas by demand, with hysteresis. Up: at once where use is above a threshold, since use counts what is there already; by one where
/// requests wait, and then not again until that has had time to show. Down: only where the rest would stay below another threshold, and has for
/// a while.
/// </summary>
internal static class Scaling
{
    /// <param name="memory">Of the expert; whether fewer would do is noted in it.</param>
    /// <param name="expert">Its wishes.</param>
    /// <param name="current">Replicas that it has, those that are about to be replaced too.</param>
    /// <param name="now">The round's time.</param>
    /// <param name="knownSince">Since when demand is known; null: it is not, and nothing shrinks.</param>
    /// <param name="options">Thresholds and times.</param>
    public static Wanted Decide(
        ref ExpertMemory memory, RoundExpert expert, int current, TimeSpan now, TimeSpan? knownSince, PlacementOptions options)
    {
        int least = Math.Max(0, Math.Min(expert.Minimum, expert.Maximum));
        int most = Math.Max(least, expert.Maximum);
        var idle = now - Latest(memory.LastAsked, knownSince);
        bool isIdle = idle >= (expert.IdleAfter ?? options.IdleAfter);
        bool isLow = knownSince is not null && current > Math.Max(1, least) && Use(Math.Max(memory.Fast, memory.Slow), current - 1, options) < options.DownUse;
        memory.LowSince = isLow ? memory.LowSince ?? now : null;
        if (current == 0)
        {
            bool isAsked = memory.LastAsked > ExpertMemory.Never && now - memory.LastAsked < (expert.IdleAfter ?? options.IdleAfter);
            return least == 0 && isAsked ? new Wanted(Math.Min(1, most), DecisionCause.Demand) : new Wanted(least, DecisionCause.Minimum);
        }

        if (current < least)
        {
            return new Wanted(least, DecisionCause.Minimum);
        }

        if (current > most)
        {
            return new Wanted(most, DecisionCause.Maximum);
        }

        if (Use(memory.Fast, current, options) > options.UpUse)
        {
            return new Wanted(Math.Clamp(Aim(memory.Fast, options), Math.Min(most, current + 1), most), DecisionCause.Demand);
        }

        if (memory.QueueSeconds >= options.UpQueueTime.TotalSeconds && memory.Fast > 0 && now - memory.GrownAt >= options.UpCooldown)
        {
            return new Wanted(Math.Min(most, current + 1), DecisionCause.Demand);
        }

        if (knownSince is not null && isIdle)
        {
            return new Wanted(least, DecisionCause.Idle);
        }

        return memory.LowSince is { } low && now - low >= options.DownAfter
            ? new Wanted(Math.Clamp(Aim(Math.Max(memory.Fast, memory.Slow), options), Math.Max(1, least), current - 1), DecisionCause.Quiet)
            : new Wanted(current, DecisionCause.Demand);
    }

    /// <summary>The figures that growth goes by, in words.</summary>
    public static string Figures(in ExpertMemory memory, int current, PlacementOptions options) => current == 0
        ? "asked for, and warm nowhere"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{memory.Fast:0.0} requests over {current} x {options.RequestsPerReplica}, use {Use(memory.Fast, current, options):0.00}, queue {memory.QueueSeconds * 1000:0} ms");

    private static double Use(double requests, int replicas, PlacementOptions options) => requests / ((double)replicas * options.RequestsPerReplica);

    private static int Aim(double requests, PlacementOptions options) =>
        (int)Math.Min(int.MaxValue, Math.Ceiling(requests / (options.RequestsPerReplica * Math.Max(1e-3, options.AimUse))));

    private static TimeSpan Latest(TimeSpan asked, TimeSpan? knownSince) => knownSince is { } known && known > asked ? known : asked;
}
