using System.Text.Json.Serialization;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>One change of the desired state; <see cref="DesiredStateEditor"/> makes it.</summary>
/// <param name="Name">Of the expert, or the host; of the gate <see cref="GateChange.Gate"/>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ApplyExpert), "apply")]
[JsonDerivedType(typeof(RemoveExpert), "remove")]
[JsonDerivedType(typeof(ScaleExpert), "scale")]
[JsonDerivedType(typeof(PinExpert), "pin")]
[JsonDerivedType(typeof(PromoteExpert), "promote")]
[JsonDerivedType(typeof(RollBackExpert), "roll_back")]
[JsonDerivedType(typeof(ResetExpert), "reset")]
[JsonDerivedType(typeof(DrainHost), "drain")]
[JsonDerivedType(typeof(ResumeHost), "resume")]
[JsonDerivedType(typeof(FitGate), "fit_gate")]
[JsonDerivedType(typeof(ShiftGate), "shift_gate")]
[JsonDerivedType(typeof(PromoteGate), "promote_gate")]
[JsonDerivedType(typeof(RollBackGate), "roll_back_gate")]
public abstract record DesiredChange(string Name);

/// <summary>The expert shall be there as this says, whether it is new or known; one that a request's name brings takes nobody's place. What was adjusted on it falls.</summary>
public sealed record ApplyExpert(ExpertSpec Spec) : DesiredChange(Spec.Name);

/// <summary>The expert shall go.</summary>
/// <param name="Name">The expert's.</param>
/// <param name="OnlyOnDemand">Only if a request's name brought it: what somebody added stays.</param>
public sealed record RemoveExpert(string Name, bool OnlyOnDemand = false) : DesiredChange(Name);

/// <summary>How many hosts keep it warm; null: as it is.</summary>
public sealed record ScaleExpert(string Name, int? Replicas, int? MaxReplicas) : DesiredChange(Name);

/// <summary>Whether its adapter stays in the runtime, and where it is kept; null: as it is.</summary>
public sealed record PinExpert(string Name, bool? Pinned, IReadOnlyList<string>? Hosts) : DesiredChange(Name);

/// <summary>Its canary takes the place of its stable version.</summary>
public sealed record PromoteExpert(string Name) : DesiredChange(Name);

/// <summary>Its canary serves nobody any more; one that was promoted gives its place back.</summary>
public sealed record RollBackExpert(string Name) : DesiredChange(Name);

/// <summary>What was adjusted on it falls; what its entry says holds.</summary>
public sealed record ResetExpert(string Name) : DesiredChange(Name);

/// <summary>The host shall take nothing new; what runs there ends in peace.</summary>
public sealed record DrainHost(string Name) : DesiredChange(Name);

/// <summary>The host shall take requests again.</summary>
public sealed record ResumeHost(string Name) : DesiredChange(Name);

/// <summary>A change of the cluster's gates.</summary>
public abstract record GateChange() : DesiredChange(Gate)
{
    /// <summary>What a record calls it.</summary>
    public const string Gate = "gate";
}

/// <summary>A candidate shall be made: the stable gate, with what these teach beside. It takes the place of one that there is.</summary>
/// <param name="Lessons">The newest last.</param>
/// <param name="Kind">How its request gate works; null: as the stable one. "kind" itself tells changes apart.</param>
/// <param name="Percent">Of the gate's requests, 0 to 100, that it plans.</param>
public sealed record FitGate(
    IReadOnlyList<GateLesson> Lessons,
    [property: JsonPropertyName("gateKind"), JsonConverter(typeof(JsonStringEnumConverter<GateKind>))] GateKind? Kind,
    int Percent) : GateChange;

/// <summary>The candidate shall plan so many of a hundred requests.</summary>
public sealed record ShiftGate(int Percent) : GateChange;

/// <summary>The candidate takes the stable gate's place.</summary>
/// <param name="Force">Also where it was not compared, or was worse.</param>
public sealed record PromoteGate(bool Force) : GateChange;

/// <summary>The candidate goes; where there is none, the last promotion is taken back.</summary>
public sealed record RollBackGate : GateChange;

/// <summary>A change, and who asks for it.</summary>
/// <param name="Change">What.</param>
/// <param name="By">The caller.</param>
/// <param name="Reason">The caller's own words; may be empty.</param>
/// <param name="ExpectedVersion">The state's version that the caller goes by; 0: any.</param>
public sealed record ChangeRequest(DesiredChange Change, string By, string Reason, long ExpectedVersion);
