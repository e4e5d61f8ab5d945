using System.Reflection;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.Fabric.Tests.Grains;

/// <summary>
/// What the official source generator and rolling updates ask of contracts: everything that travels is public, prepared,
/// and named by itself rather than by its CLR name, so that code may be renamed while two versions run side by side.
/// </summary>
public sealed class GrainConventionTests
{
    private static readonly Type[] Exported = typeof(IExpertGrain).Assembly.GetTypes();

    public static TheoryData<Type> Interfaces => [.. Exported.Where(static type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))];

    public static TheoryData<Type> Records => [.. Exported.Where(static type => type.IsDefined(typeof(GenerateSerializerAttribute)))];

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void Interface_OfAGrain_IsPublicAndAliasedWithItsMethods(Type contract)
    {
        Assert.True(contract.IsPublic, "The generator writes a reference class beside it.");
        Assert.StartsWith("expertcluster.", Alias(contract), StringComparison.Ordinal);
        var methods = contract.GetMethods().Where(static method => !method.IsStatic).ToArray();
        Assert.NotEmpty(methods);
        Assert.Distinct(methods.Select(Alias));
        Assert.All(methods, static method => Assert.Contains(method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType,
            new[] { typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>) }));
    }

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void Method_OfAGrain_TakesAndReturnsOnlyWhatIsPrepared(Type contract)
    {
        foreach (var method in contract.GetMethods())
        {
            var result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments() : [];
            foreach (var type in method.GetParameters().Select(static parameter => parameter.ParameterType).Concat(result))
            {
                Assert.True(IsPrepared(type), $"{contract.Name}.{method.Name}: {type}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Record_ThatTravels_IsPublicSealedAliasedAndNumbersEveryMember(Type record)
    {
        Assert.True(record is { IsPublic: true, IsSealed: true });
        Assert.NotNull(record.GetConstructor(Type.EmptyTypes));
        Assert.StartsWith("expertcluster.", Alias(record), StringComparison.Ordinal);
        var members = record.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property.CanWrite).ToArray();
        Assert.NotEmpty(members);
        Assert.Distinct(members.Select(Id));
        Assert.All(members, static member => Assert.True(IsPrepared(member.PropertyType), $"{member.DeclaringType!.Name}.{member.Name}: {member.PropertyType}"));
        // A field without an accessor would be lost on the way.
        Assert.All(record.GetFields(BindingFlags.Instance | BindingFlags.NonPublic), static field => Assert.EndsWith(">k__BackingField", field.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Aliases_OfTheCluster_AreDistinct()
    {
        string[] aliases = Interfaces.Concat(Records).Select(static row => Alias(row.Data)).ToArray();
        Assert.True(aliases.Length >= 7);
        Assert.Distinct(aliases);
    }

    /// <summary>They are names on the wire between two versions: a changed one is a broken rolling update.</summary>
    [Fact]
    public void Aliases_OfTheContracts_AreWhatTheyWere()
    {
        var names = Interfaces.SelectMany(static row => row.Data.GetMethods().Select(method => $"{Alias(row.Data)}.{Alias(method)}")).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "expertcluster.IAskedGrain.Judge",
                "expertcluster.ICatalogGrain.GetOrders",
                "expertcluster.ICatalogGrain.GetView",
                "expertcluster.ICatalogGrain.ReportHost",
                "expertcluster.ICatalogGrain.TellDemand",
                "expertcluster.IDesiredStateGrain.Change",
                "expertcluster.IDesiredStateGrain.Get",
                "expertcluster.IExpertGrain.GetState",
                "expertcluster.IExpertGrain.LetGo",
                "expertcluster.IExpertGrain.Warm",
                "expertcluster.IFeedbackGrain.Add",
                "expertcluster.IFeedbackGrain.List",
                "expertcluster.IHeldStreamsGrain.Drop",
                "expertcluster.IHeldStreamsGrain.Find",
                "expertcluster.IHeldStreamsGrain.List",
            ],
            names);
    }

    /// <summary>A number that was given once keeps its meaning: an older silo reads the members by it, and passes over those it doesn't know.</summary>
    [Fact]
    public void Numbers_OfTheRecords_AreWhatTheyWere()
    {
        var numbers = Records.Select(static row => row.Data).OrderBy(static record => record.Name, StringComparer.Ordinal).Select(static record =>
            $"{record.Name}: {string.Join(", ", record.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static p => p.CanWrite).OrderBy(Id).Select(static p => $"{p.Name} {Id(p)}"))}");
        Assert.Equal(
            [
                "ClusterView: Hosts 0, Suspects 1",
                "DemandReport: Router 0, Experts 1, Suspects 2",
                "DesiredDocument: Version 0, Document 1",
                "DesiredOutcome: Version 0, FailureKind 1, Message 2, Field 3",
                "DeviceReport: Name 0, FreeMemoryBytes 1, TotalMemoryBytes 2",
                "ExpertAsked: Expert 0, Revision 1, ArrivalsPerSecond 2, Running 3, Waiting 4, LongestWaitMilliseconds 5",
                "ExpertFailure: Expert 0, Revision 1, Reason 2",
                "ExpertOrder: Expert 0, Revision 1, Version 2",
                "ExpertState: Expert 0, Revision 1, Reason 2, IsUnusable 3",
                "FeedbackEntry: RequestId 0, AtUnixMs 1, Good 2, Expert 3, Answered 4, Model 5, Text 6",
                "HeldStreamPlace: Address 0, BegunAtUnixMs 1",
                "HeldStreamSummary: Router 0, Id 1, Kind 2, BegunAtUnixMs 3, HasEnded 4, Events 5, Bytes 6, Readers 7",
                "HostOrders: Warm 0, Drain 1, Bases 2",
                "HostReport: Name 0, Silo 1, Address 2, Bases 3, FreeMemoryBytes 5, TotalMemoryBytes 6, Running 7, Waiting 8, Draining 9, BaseRevisions 10, Warm 11, Failures 12, Labels 13, Slots 14, AdapterPlaces 15, AdapterRank 16, Kept 17, BaseFailures 18, Devices 19",
                "SuspectText: Hash 0, Refused 1, Losses 2, Seconds 3",
            ],
            numbers);
    }

    private static string Alias(MemberInfo member) =>
        member.GetCustomAttribute<AliasAttribute>()?.Alias ?? throw new InvalidOperationException($"{member.DeclaringType?.Name}.{member.Name} has no [Alias].");

    private static uint Id(MemberInfo member) =>
        member.GetCustomAttribute<IdAttribute>()?.Id ?? throw new InvalidOperationException($"{member.DeclaringType?.Name}.{member.Name} has no [Id].");

    private static bool IsPrepared(Type type) => type.IsArray
        ? IsPrepared(type.GetElementType()!)
        : type.IsPrimitive || type == typeof(string) || type == typeof(CancellationToken) || type.IsDefined(typeof(GenerateSerializerAttribute));
}
