using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// Which modules an adapter changes: target_modules without exclude_modules, in the layers of <see cref="PeftLayers"/>. Names that this base
/// does not have are passed over, as PEFT does. Where an expression can't be matched in time, the tensors that there are decide.
/// </summary>
internal sealed class PeftTargets
{
    private const string Field = "target_modules";

    private readonly JsonFields _fields;
    private readonly PeftSelection _targets;
    private readonly PeftSelection? _excluded;
    private readonly PeftLayers _layers;

    public PeftTargets(JsonFields fields)
    {
        _fields = fields;
        var targets = PeftSelection.Read(fields, Field);
        if (targets is null)
        {
            fields.Refuse(Field, "is missing or empty");
        }

        _targets = targets!;
        _excluded = PeftSelection.Read(fields, "exclude_modules");
        _layers = new PeftLayers(fields);
        if (!_layers.AreAll && !_targets.IsList)
        {
            fields.Refuse("layers_to_transform", $"needs {Field} to be a list");
        }
    }

    /// <param name="modules">All of the base.</param>
    /// <param name="hasTensors">Whether the adapter's file has something for a module.</param>
    /// <exception cref="CheckpointException">There is none; the field that leaves none is named.</exception>
    public List<PeftModule> Choose(IEnumerable<PeftModule> modules, Func<PeftModule, bool> hasTensors)
    {
        List<PeftModule> named = [.. modules.Where(module => _targets.Includes(module) ?? hasTensors(module))];
        if (named.Count == 0)
        {
            _fields.Refuse(Field, "matches no projection of the base");
        }

        List<PeftModule> kept = [.. named.Where(module => _excluded is null || !(_excluded.Includes(module) ?? !hasTensors(module)))];
        if (kept.Count == 0)
        {
            _fields.Refuse("exclude_modules", $"leaves none of the projections that {Field} names");
        }

        List<PeftModule> chosen = [.. kept.Where(module => _layers.Includes(module) ?? hasTensors(module))];
        if (chosen.Count == 0)
        {
            _fields.Refuse("layers_to_transform", "leaves no layer of the base");
        }

        return chosen;
    }
}
