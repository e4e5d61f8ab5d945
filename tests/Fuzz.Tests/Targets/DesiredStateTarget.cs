using System.Text;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>The desired state as it is stored, and changes of it as they travel: read, made, and written again.</summary>
internal sealed class DesiredStateTarget : FuzzTarget
{
    private static readonly PreparedFolder Folder = PreparedFolder.Of(PreparedFolder.Bases, [new PreparedFile("a", 0, new string('0', 64))]);

    private static readonly CatalogueSnapshot Catalogue = new(1, new PreparedCatalogue
    {
        Bases = [new PreparedBase("demo", Folder, false)],
        Experts = [new PreparedExpert { Name = "demo", Base = "demo" }, new PreparedExpert { Name = "api", Base = "demo", Origin = ExpertOrigin.Api }],
    });

    public override string Name => "desired-state";

    public override int Executions => 10000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (2L << 20) + (2000L * length);

    public override IReadOnlyList<string> Words =>
    [
        "kind", "apply", "remove", "scale", "pin", "promote", "roll_back", "reset", "drain", "resume", "change", "spec", "name", "by", "reason", "expectedVersion", "base", "adapter", "examples", "keywords", "replicas", "maxReplicas",
        "hosts", "labels", "pinned", "canary", "shadow", "percent", "demo", "api", "format", "version", "experts", "adjustments", "drainedHosts", "changes", "hf://a/b", "a=b",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        var spec = new ExpertSpec { Name = "new", Base = "demo", Adapter = "hf://a/b", Examples = ["a\tb"], Keywords = ["k"], Labels = ["a=b"], Hosts = ["h"], Canary = new VersionSpec("hf://a/c", 5) };
        DesiredChange[] changes = [new ApplyExpert(spec), new ScaleExpert("api", 1, 2), new PinExpert("api", true, ["h"]), new RemoveExpert("api"), new DrainHost("h"), new RollBackExpert("api")];
        var state = DesiredState.Empty;
        List<string> texts = [];
        foreach (var change in changes)
        {
            var request = new ChangeRequest(change, "me", "why", 0);
            texts.Add(DesiredStateJson.Write(request));
            state = TryChange(state, request) ?? state;
        }

        return texts.Append(DesiredStateJson.Write(state)).Select(Encoding.UTF8.GetBytes);
    }

    public override Outcome Run(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        try
        {
            if (text.Contains("\"change\"", StringComparison.Ordinal))
            {
                DesiredStateJson.Write(DesiredStateEditor.Change(DesiredState.Empty, DesiredStateJson.ReadChange(text), Catalogue, DateTimeOffset.UnixEpoch));
            }
            else
            {
                var state = DesiredStateJson.ReadState(text);
                DesiredStateEditor.Change(state, new ChangeRequest(new DrainHost("h"), "me", "", 0), Catalogue, DateTimeOffset.UnixEpoch);
            }

            return Outcome.Taken;
        }
        catch (CatalogueException refused)
        {
            return Outcome.Refused(refused.Message);
        }
        catch (RequestFailedException refused)
        {
            return ChatBodyTarget.Told(refused.Failure);
        }
    }

    private static DesiredState? TryChange(DesiredState state, ChangeRequest request)
    {
        try
        {
            return DesiredStateEditor.Change(state, request, Catalogue, DateTimeOffset.UnixEpoch);
        }
        catch (RequestFailedException)
        {
            return null;
        }
    }
}
