using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>A graph in ONNX Runtime, which is given what was read and looked through, and no path.</summary>
internal static class CheckedGraph
{
    /// <param name="path">For messages.</param>
    /// <param name="graph">All of it.</param>
    /// <param name="options">Read here only.</param>
    /// <param name="check">Looks through the bytes before the runtime does.</param>
    /// <param name="take">Makes of the session what the caller wants; where it throws, the session goes.</param>
    /// <exception cref="GateFormatException">It is not let in, or can't be opened.</exception>
    public static T Open<T>(string path, byte[] graph, SessionOptions options, Action check, Func<OnnxSession, T> take)
    {
        OnnxSession? session = null;
        try
        {
            check();
            session = new OnnxSession(graph, options);
            return take(session);
        }
        catch (CheckpointException error)
        {
            throw new GateFormatException(error.Message, error);
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
}
