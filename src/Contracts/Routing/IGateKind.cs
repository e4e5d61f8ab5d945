namespace ExpertCluster.Contracts.Routing;

/// <summary>A kind of request gate. A new kind is one class; an option names the one in use.</summary>
public interface IGateKind : IPolicy
{
    /// <summary>Makes the gate of a catalogue, whenever that changes; a gate that is disposable is disposed of when its catalogue is gone.</summary>
    /// <returns>Null where the catalogue gives it nothing to choose by: then every request must name an expert.</returns>
    /// <exception cref="SetupException">What it was to read can't be used.</exception>
    IRequestGate? Open(GateInputs inputs);
}

/// <summary>What a gate is made from.</summary>
/// <param name="Experts">All that can be routed to.</param>
/// <param name="TrainedGate">The checked folder that `prepare` wrote for trained gates; null where no expert has examples or keywords. Reads the files, so it is called by who needs them.</param>
public sealed record GateInputs(IReadOnlyList<RoutableExpert> Experts, Func<string>? TrainedGate);
