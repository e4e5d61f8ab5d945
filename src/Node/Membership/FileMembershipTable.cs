using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// Orleans' membership protocol over a <see cref="MembershipFile"/>: rows change under their own tag and the table's version
/// together, or not at all.
/// </summary>
internal sealed class FileMembershipTable(MembershipFile file) : CancellableMembershipTable
{
    public override async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken) => _ = await file.ReadAsync(cancellationToken);

    public override Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        file.ChangeAsync(_ => new MembershipFile.Content(), cancellationToken);

    public override Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) => file.ChangeAsync(
        content => content with
        {
            Members = [.. content.Members.Where(m => m.Status == nameof(SiloStatus.Active) || m.Alive >= beforeDate.UtcDateTime)],
        },
        cancellationToken);

    public override async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        string silo = key.ToParsableString();
        return Data(await file.ReadAsync(cancellationToken), m => m.Silo == silo);
    }

    public override async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken) => Data(await file.ReadAsync(cancellationToken), _ => true);

    public override Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        var member = ToMember(entry, tag: 0);
        return file.ChangeAsync(
            content => content.Version + 1 == tableVersion.Version && !content.Members.Any(m => m.Silo == member.Silo)
                ? content with { Version = tableVersion.Version, Members = [.. content.Members, member] }
                : null,
            cancellationToken);
    }

    public override Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        int tag = int.Parse(etag, CultureInfo.InvariantCulture);
        var member = ToMember(entry, tag + 1);
        return file.ChangeAsync(
            content => content.Version + 1 == tableVersion.Version && content.Members.Any(m => m.Silo == member.Silo && m.Tag == tag)
                ? content with { Version = tableVersion.Version, Members = [.. content.Members.Select(m => m.Silo == member.Silo ? member : m)] }
                : null,
            cancellationToken);
    }

    public override Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken)
    {
        string silo = entry.SiloAddress.ToParsableString();
        return file.ChangeAsync(
            content => content with { Members = [.. content.Members.Select(m => m.Silo == silo ? m with { Alive = entry.IAmAliveTime } : m)] },
            cancellationToken);
    }

    private static MembershipTableData Data(MembershipFile.Content content, Func<MembershipFile.Member, bool> wanted) => new(
        [.. content.Members.Where(wanted).Select(m => Tuple.Create(ToEntry(m), m.Tag.ToString(CultureInfo.InvariantCulture)))],
        new TableVersion(content.Version, content.Version.ToString(CultureInfo.InvariantCulture)));

    private static MembershipFile.Member ToMember(MembershipEntry entry, int tag) => new()
    {
        Silo = entry.SiloAddress.ToParsableString(),
        Tag = tag,
        Status = entry.Status.ToString(),
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        ProxyPort = entry.ProxyPort,
        Started = entry.StartTime,
        Alive = entry.IAmAliveTime,
        Suspicions = [.. (entry.SuspectTimes ?? []).Select(s => new MembershipFile.Suspicion(s.Item1.ToParsableString(), s.Item2))],
    };

    private static MembershipEntry ToEntry(MembershipFile.Member member) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(member.Silo),
        Status = Enum.Parse<SiloStatus>(member.Status),
        SiloName = member.SiloName,
        HostName = member.HostName,
        ProxyPort = member.ProxyPort,
        StartTime = member.Started,
        IAmAliveTime = member.Alive,
        SuspectTimes = [.. member.Suspicions.Select(s => Tuple.Create(SiloAddress.FromParsableString(s.By), s.At))],
    };
}
