using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Node.Membership;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>The file that members of a cluster on one machine share.</summary>
internal sealed class MembershipTarget(string folder) : FileTarget(folder, "members.json")
{
    private readonly MembershipFile _members = new(Path.Combine(folder, "members.json"), TimeProvider.System);

    public override string Name => "membership";

    public override int Executions => 8000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => ["Version", "Members", "Silo", "Tag", "Status", "SiloName", "HostName", "ProxyPort", "Started", "Alive", "Suspicions", "By", "At", "Active", "2026-01-01T00:00:00Z"];

    public override IEnumerable<byte[]> Seeds() =>
        [Encoding.UTF8.GetBytes("""{"Version":3,"Members":[{"Silo":"127.0.0.1:1@5","Tag":1,"Status":"Active","SiloName":"a","HostName":"b","ProxyPort":2,"Started":"2026-01-01T00:00:00Z","Alive":"2026-01-01T00:00:00Z","Suspicions":[{"By":"x","At":"2026-01-01T00:00:00Z"}]}]}""")];

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            _members.ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
            return Outcome.Taken;
        }
        catch (InvalidDataException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
