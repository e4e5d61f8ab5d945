using System.Collections.Immutable;
using System.Globalization;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>Makes changes of the desired state: from one state to the next, or a failure that names the field.</summary>
public static class DesiredStateEditor
{
    /// <param name="state">As it is.</param>
    /// <param name="request">The change.</param>
    /// <param name="catalogue">That is served now: it says which names the file has, and which bases there are.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The next state, by one version newer.</returns>
    /// <exception cref="RequestFailedException">The change can't be made; the state stays as it was.</exception>
    public static DesiredState Change(DesiredState state, ChangeRequest request, CatalogueSnapshot catalogue, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(catalogue);
        if (request.ExpectedVersion != 0 && request.ExpectedVersion != state.Version)
        {
            throw new RequestFailedException(new Failure(
                FailureKind.Conflict, $"expected_version is {request.ExpectedVersion}, and the desired state has version {state.Version} by now: read it again", "expected_version"));
        }

        if (request.Reason.Length > DesiredLimits.ReasonLength)
        {
            throw Invalid("reason", $"reason has {request.Reason.Length} characters; at most {DesiredLimits.ReasonLength} are taken");
        }

        var (next, what, details) = request.Change switch
        {
            ApplyExpert apply => Apply(state, apply.Spec, catalogue),
            RemoveExpert remove => (Remove(state, remove, catalogue), "remove", ""),
            ScaleExpert scale => (Scale(state, scale, catalogue), "scale", Details(scale)),
            PinExpert pin => (Pin(state, pin, catalogue), "pin", Details(pin)),
            PromoteExpert promote => Promote(state, promote.Name, catalogue),
            RollBackExpert back => RollBack(state, back.Name, catalogue),
            ResetExpert reset => (Reset(state, reset.Name, catalogue), "reset", ""),
            DrainHost drain => (Drain(state, drain.Name), "drain", ""),
            ResumeHost resume => (Resume(state, resume.Name), "resume", ""),
            GateChange gate => GateEdits.Make(state, gate, catalogue),
            _ => throw Invalid("kind", "the change is of a kind that this version doesn't know"),
        };
        var record = new ChangeRecord(state.Version + 1, now, request.By, what, request.Change.Name, Short(details), request.Reason);
        var changes = state.Changes.Add(record);
        next = next with
        {
            Version = state.Version + 1,
            Changes = changes.Count > DesiredLimits.Changes ? changes.RemoveRange(0, changes.Count - DesiredLimits.Changes) : changes,
        };
        return DesiredStateJson.Write(next).Length <= DesiredLimits.Bytes
            ? next
            : throw new RequestFailedException(FailureKind.TooLarge, $"with this change the desired state would have more than {DesiredLimits.Bytes} bytes: descriptions, examples and keywords of the API's experts, and the gates' lessons, are too long");
    }

    private static (DesiredState Next, string What, string Details) Apply(DesiredState state, ExpertSpec spec, CatalogueSnapshot catalogue)
    {
        if (SpecRules.ProblemOfName(spec.Name) is { } wrongName)
        {
            throw new RequestFailedException(wrongName);
        }

        RefuseOfFile(spec.Name, catalogue);
        if (spec.OnDemand && state.Experts.TryGetValue(spec.Name, out var known))
        {
            RefuseOfSomebody(known);
        }

        spec = spec with { Since = state.Version + 1, Base = spec.Base.Length == 0 && catalogue.Bases.Count == 1 ? catalogue.Bases[0].Name : spec.Base };
        if (SpecRules.ProblemOf(spec, catalogue) is { } wrong)
        {
            throw new RequestFailedException(wrong);
        }

        int others = catalogue.Experts.Count(e => e.Origin == ExpertOrigin.File) + catalogue.Remotes.Count;
        return !state.Experts.ContainsKey(spec.Name) && state.Experts.Count + others >= CatalogueLimits.Experts
            ? throw new RequestFailedException(FailureKind.TooLarge, $"the catalogue has {CatalogueLimits.Experts} experts, as many as may be")
            : (state with { Experts = state.Experts.SetItem(spec.Name, spec), Adjustments = state.Adjustments.Remove(spec.Name) }, "apply", Details(spec));
    }

    private static DesiredState Remove(DesiredState state, RemoveExpert remove, CatalogueSnapshot catalogue)
    {
        string name = remove.Name;
        if (!state.Experts.TryGetValue(name, out var known))
        {
            RefuseOfFile(name, catalogue);
            throw Unknown();
        }

        if (remove.OnlyOnDemand)
        {
            RefuseOfSomebody(known);
        }

        return state with { Experts = state.Experts.Remove(name), Adjustments = state.Adjustments.Remove(name) };
    }

    private static DesiredState Scale(DesiredState state, ScaleExpert scale, CatalogueSnapshot catalogue)
    {
        RequireKnown(state, scale.Name, catalogue);
        if (scale is { Replicas: null, MaxReplicas: null })
        {
            throw Invalid("replicas", "replicas or max_replicas is missing");
        }

        var adjusted = state.Adjustments.GetValueOrDefault(scale.Name, Adjustment.None);
        adjusted = adjusted with { Replicas = scale.Replicas ?? adjusted.Replicas, MaxReplicas = scale.MaxReplicas ?? adjusted.MaxReplicas };
        var served = catalogue.FindExpert(scale.Name);
        var own = state.Experts.GetValueOrDefault(scale.Name);
        int replicas = adjusted.Replicas ?? own?.Replicas ?? served!.Replicas;
        int maximum = adjusted.MaxReplicas ?? own?.MaxReplicas ?? served!.MaxReplicas;
        return SpecRules.ProblemOfReplicas(replicas, maximum) is { } wrong
            ? throw new RequestFailedException(wrong)
            : state with { Adjustments = state.Adjustments.SetItem(scale.Name, adjusted) };
    }

    private static DesiredState Pin(DesiredState state, PinExpert pin, CatalogueSnapshot catalogue)
    {
        RequireKnown(state, pin.Name, catalogue);
        if (pin is { Pinned: null, Hosts: null })
        {
            throw Invalid("pinned", "pinned or hosts is missing");
        }

        if (pin.Hosts is { } hosts && SpecRules.ProblemOfHosts(hosts) is { } wrong)
        {
            throw new RequestFailedException(wrong);
        }

        var adjusted = state.Adjustments.GetValueOrDefault(pin.Name, Adjustment.None);
        return state with { Adjustments = state.Adjustments.SetItem(pin.Name, adjusted with { Pinned = pin.Pinned ?? adjusted.Pinned, Hosts = pin.Hosts ?? adjusted.Hosts }) };
    }

    private static (DesiredState Next, string What, string Details) Promote(DesiredState state, string name, CatalogueSnapshot catalogue)
    {
        RequireKnown(state, name, catalogue);
        string canary = catalogue.FindExpert(name)?.Canary?.Revision ?? throw Without(name, "has no canary that is served");
        var adjusted = state.Adjustments.GetValueOrDefault(name, Adjustment.None) with { Promoted = canary, RolledBack = "" };
        return (state with { Adjustments = state.Adjustments.SetItem(name, adjusted) }, "promote", $"revision {canary}");
    }

    private static (DesiredState Next, string What, string Details) RollBack(DesiredState state, string name, CatalogueSnapshot catalogue)
    {
        RequireKnown(state, name, catalogue);
        var adjusted = state.Adjustments.GetValueOrDefault(name, Adjustment.None);
        var served = catalogue.FindExpert(name);
        string canary = adjusted.Promoted.Length > 0 && served?.Revision == adjusted.Promoted ? adjusted.Promoted
            : served?.Canary?.Revision ?? throw Without(name, "has no canary that is served, and none that was promoted");
        return (state with { Adjustments = state.Adjustments.SetItem(name, adjusted with { Promoted = "", RolledBack = canary }) }, "roll_back", $"revision {canary}");
    }

    private static RequestFailedException Without(string name, string problem) =>
        new(new Failure(FailureKind.Conflict, $"expert '{name}' {problem}", "name"));

    private static DesiredState Reset(DesiredState state, string name, CatalogueSnapshot catalogue)
    {
        RequireKnown(state, name, catalogue);
        return state with { Adjustments = state.Adjustments.Remove(name) };
    }

    private static DesiredState Drain(DesiredState state, string host) => host.Length is 0 or > CatalogueLimits.NameLength || host.Any(char.IsControl)
        ? throw Invalid("name", $"name must have 1 to {CatalogueLimits.NameLength} characters")
        : state.DrainedHosts.Count < DesiredLimits.DrainedHosts ? state with { DrainedHosts = state.DrainedHosts.Add(host) }
        : throw new RequestFailedException(FailureKind.TooLarge, $"{DesiredLimits.DrainedHosts} hosts are told to drain, as many as may be");

    private static DesiredState Resume(DesiredState state, string host) => state.DrainedHosts.Contains(host)
        ? state with { DrainedHosts = state.DrainedHosts.Remove(host) }
        : throw new RequestFailedException(new Failure(FailureKind.UnknownModel, "no host of that name was told to drain", "name"));

    private static void RefuseOfFile(string name, CatalogueSnapshot catalogue)
    {
        string? what = catalogue.FindExpert(name) is { Origin: ExpertOrigin.File } known ? known.Name == known.Base ? "base" : "expert"
            : catalogue.FindRemote(name) is not null ? "expert"
            : catalogue.FindEncoder(name) is not null ? "encoder"
            : null;
        if (what is not null)
        {
            throw new RequestFailedException(new Failure(FailureKind.Conflict, $"{what} '{name}' stands in the catalogue file: it is changed there", "name"));
        }
    }

    private static void RefuseOfSomebody(ExpertSpec known)
    {
        if (!known.OnDemand)
        {
            throw new RequestFailedException(new Failure(FailureKind.Conflict, $"expert '{known.Name}' was added by somebody: what comes on demand neither replaces nor removes it", "name"));
        }
    }

    private static void RequireKnown(DesiredState state, string name, CatalogueSnapshot catalogue)
    {
        if (!state.Experts.ContainsKey(name) && catalogue.FindExpert(name) is null)
        {
            throw catalogue.FindRemote(name) is null ? Unknown() : Invalid("name", $"expert '{name}' is a remote model: it has no replicas here, and no versions");
        }
    }

    private static RequestFailedException Unknown() => new(new Failure(FailureKind.UnknownModel, "there is no expert of that name", "name"));

    private static RequestFailedException Invalid(string field, string message) => new(Failure.Invalid(field, message));

    private static string Details(ExpertSpec spec) => string.Join(", ", ((string[])[
        $"base {spec.Base}",
        spec.Adapter is null ? "no adapter" : $"adapter {(SourceUri.Is(spec.Adapter) ? SourceUri.Shown(spec.Adapter) : spec.Adapter)}",
        string.Create(CultureInfo.InvariantCulture, $"{spec.Examples.Count} examples, {spec.Keywords.Count} keywords, replicas {spec.Replicas} to {spec.MaxReplicas}")]));

    private static string Details(ScaleExpert scale) => string.Join(", ", ((string?[])[
        scale.Replicas is { } least ? string.Create(CultureInfo.InvariantCulture, $"replicas {least}") : null,
        scale.MaxReplicas is { } most ? string.Create(CultureInfo.InvariantCulture, $"max_replicas {most}") : null]).OfType<string>());

    private static string Details(PinExpert pin) => string.Join(", ", ((string?[])[
        pin.Pinned is { } pinned ? (pinned ? "pinned" : "not pinned") : null,
        pin.Hosts is { } hosts ? $"hosts {(hosts.Count == 0 ? "none" : string.Join(' ', hosts))}" : null]).OfType<string>());

    private static string Short(string details) => details.Length <= DesiredLimits.DetailsLength ? details : details[..DesiredLimits.DetailsLength] + "...";
}
