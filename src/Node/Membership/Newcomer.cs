using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// Whether this node may be in its cluster, by how the membership table's rows change while it starts. A clock that is wrong makes its node take
/// joining members for such that got stuck, or the others take it for long dead; two hosts of one name are one to all who go by names. Members that
/// died leave rows behind, so only a sign of life that was given between two looks says something; and only at the start, since a machine that
/// sleeps, or whose clock is put right, is no newcomer.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="name">Its silo's.</param>
/// <param name="time">Its clock.</param>
internal sealed class Newcomer(SiloAddress self, string name, TimeProvider time)
{
    /// <summary>Signs of life are seconds old when they are read, and clocks that are kept are within one. From minutes on, members that join are evicted.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>In which a living member gives a sign of life.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>How long it is one.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks: what changed in more may have changed long ago.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<SiloAddress, TimeSpan> _ahead = [];
    private Dictionary<SiloAddress, DateTime> _last = [];
    private DateTimeOffset? _looked;

    /// <summary>Whether it is none any more.</summary>
    public bool IsSettled => time.GetElapsedTime(_began) >= Watch;

    /// <param name="table">As it was read.</param>
    /// <param name="now">When the reading began.</param>
    public Admission Look(MembershipTableData table, DateTimeOffset now)
    {
        lock (_lock)
        {
            MembershipEntry[] others = [.. table.Members.Select(m => m.Item1).Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self))];
            var living = Living(others, now);
            foreach (var one in living)
            {
                _ahead[one.SiloAddress] = now.UtcDateTime - one.IAmAliveTime;
            }

            bool isLate = time.GetElapsedTime(_began) >= Patience;
            var known = others.Where(m => _ahead.ContainsKey(m.SiloAddress)).ToArray();
            if (known.Length > 0 && (isLate || known.Length * 2 > others.Length) && InTheMiddle(known) is { } middle && middle.Ahead.Duration() > Tolerance)
            {
                return new(Refusal: string.Create(
                    CultureInfo.InvariantCulture,
                    $"the clock of this machine is {Shown(middle.Ahead)} {(middle.Ahead > TimeSpan.Zero ? "ahead of" : "behind")} that of {middle.Of}, which is in the cluster: here it is {now.UtcDateTime:u}; set the machines' clocks, and start this node again"));
            }

            var own = table.TryGet(self)?.Item1;
            if (Array.Find(living, m => IsDouble(m, own)) is { } other)
            {
                return new(Refusal: $"{name} is in the cluster already, at {other.SiloAddress.Endpoint}: no two hosts may have one name; set another in ExpertCluster:Name");
            }

            // A row that may be a dead member's says no more after a while.
            return new(IsSure: isLate || !others.Any(m => !known.Contains(m) && (IsDouble(m, own) || m.IAmAliveTime - now.UtcDateTime > Tolerance)));
        }
    }

    /// <summary>Those that gave a sign of life since the last look.</summary>
    private MembershipEntry[] Living(MembershipEntry[] others, DateTimeOffset now)
    {
        bool isClose = _looked is { } before && (now - before).Duration() <= LongestGap;
        var last = _last;
        (_looked, _last) = (now, others.ToDictionary(m => m.SiloAddress, m => m.IAmAliveTime));
        return isClose ? [.. others.Where(m => last.TryGetValue(m.SiloAddress, out var at) && at != m.IAmAliveTime)] : [];
    }

    /// <summary>Of two hosts the one that was there first stays. At one place there is one: this, as it has the port.</summary>
    private bool IsDouble(MembershipEntry other, MembershipEntry? own) => HostMembers.IsHost(name) && other.SiloName == name && !other.SiloAddress.Endpoint.Equals(self.Endpoint)
        && (own is null || (other.StartTime, other.SiloAddress).CompareTo((own.StartTime, own.SiloAddress)) < 0);

    /// <summary>One member whose clock is wrong decides nothing beside others; of two it is the nearer that counts.</summary>
    private (TimeSpan Ahead, string Of) InTheMiddle(MembershipEntry[] known)
    {
        (TimeSpan Ahead, string Of)[] all = [.. known.Select(m => (Ahead: _ahead[m.SiloAddress], Of: m.SiloName)).OrderBy(m => m.Ahead)];
        var (one, other) = (all[(all.Length - 1) / 2], all[all.Length / 2]);
        return one.Ahead.Duration() <= other.Ahead.Duration() ? one : other;
    }

    private static string Shown(TimeSpan span) => span.Duration() switch
    {
        { TotalHours: >= 48 } days => string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays:0} days"),
        { TotalMinutes: >= 120 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.TotalHours:0} hours"),
        { TotalSeconds: >= 120 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.TotalMinutes:0} minutes"),
        var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds.TotalSeconds:0} seconds"),
    };
}

/// <summary>What one look at the table says.</summary>
/// <param name="Refusal">Why this node may not be in the cluster, for people; null: nothing is known against it.</param>
/// <param name="IsSure">Whether a later look would say no more.</param>
internal sealed record Admission(string? Refusal = null, bool IsSure = false);
