using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Gating.Serving;

/// <summary>The gate that `prepare` trains from examples and keywords: hashed n-grams.</summary>
public sealed class NgramGateKind : IGateKind
{
    public string Name => "ngrams";

    public IRequestGate? Open(GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        try
        {
            return inputs.TrainedGate is { } folder ? RequestGate.Load(folder()) : null;
        }
        catch (GateFormatException error)
        {
            throw new SetupException($"the request gate can't be used: {error.Message}", error);
        }
    }
}
