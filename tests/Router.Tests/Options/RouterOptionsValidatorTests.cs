using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Tests.Options;

public sealed class RouterOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<RouterOptions>();

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.Empty(Failures(new RouterOptions()));

    /// <summary>What is allowed must also be taken by those whom it is for.</summary>
    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowedAndIsTaken(string property, double value, bool allowed)
    {
        var options = SettingFailures.With(new RouterOptions(), property, value);

        Assert.Equal(allowed ? 0 : 1, Failures(options).Count);
        if (allowed)
        {
            new AdmissionGate(options).Dispose();
        }
    }

    [Fact]
    public void Validate_AllWrong_NamesAll()
    {
        var failures = Failures(new RouterOptions
        {
            MaxInFlight = 0,
            QueueLimit = 100_001,
            MaxRequestBytes = NodeGrpc.MessageBytes + 1,
            CandidateLimit = 17,
            GateFloor = 1.5,
            DispatchPatienceSeconds = double.NaN,
            Admin = "everybody",
        });

        Assert.Equal(
            [
                "ExpertCluster:Router:MaxInFlight is 0; it must be 1 to 100000 requests",
                "ExpertCluster:Router:QueueLimit is 100001; it must be 0 to 100000 requests",
                "ExpertCluster:Router:MaxRequestBytes is 4194305; it must be 1024 to 4194304 bytes",
                "ExpertCluster:Router:CandidateLimit is 17; it must be 1 to 16 experts",
                "ExpertCluster:Router:GateFloor is 1.5; it must be 0 to 1",
                "ExpertCluster:Router:DispatchPatienceSeconds is NaN; it must be 0 to 600 seconds",
                "ExpertCluster:Router:Admin is 'everybody'; it must be one of off, local, on",
            ],
            failures);
    }

    /// <summary>A host takes whatever a router may take, and the plan beside it.</summary>
    [Fact]
    public void MaxRequestBytes_AtItsMost_LeavesRoomForThePlan()
    {
        double most = SettingFailures.Range<RouterOptions>(nameof(RouterOptions.MaxRequestBytes)).Most;

        Assert.InRange(NodeGrpc.HostMessageBytes, most + (1 << 20), double.MaxValue);
    }

    private static IReadOnlyList<string> Failures(RouterOptions options) => SettingFailures.Of(options, new RouterOptionsValidator());
}
