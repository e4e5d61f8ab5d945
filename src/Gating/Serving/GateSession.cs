using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Serving;

/// <summary>Opens a gate's graph in ONNX Runtime. One thread: a gate's run takes microseconds.</summary>
internal static class GateSession
{
    public static OnnxSession Open(string folder, GateMetadata metadata)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        string path = Path.Combine(folder, GateFiles.Model);
        OnnxSession? session = null;
        try
        {
            session = new OnnxSession(path, options);
            CheckShape(session, path, metadata);
            return session;
        }
        catch (OnnxRuntimeException error)
        {
            session?.Dispose();
            throw new GateFormatException($"{path}: {error.Message}", error);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    private static void CheckShape(OnnxSession session, string path, GateMetadata metadata)
    {
        if (!session.Inputs.ContainsKey(GateGraph.Bucket) || !session.Inputs.ContainsKey(GateGraph.Frequency)
            || !session.Outputs.TryGetValue(GateGraph.Probability, out var output))
        {
            throw new GateFormatException($"{path}: not a gate, its inputs or outputs have other names");
        }

        if (output.Dimensions is not [_, var classes] || classes != metadata.Classes.Count)
        {
            throw new GateFormatException(
                $"{path}: gives [{string.Join(", ", output.Dimensions)}], but {GateFiles.Metadata} names {metadata.Classes.Count} classes");
        }
    }
}
