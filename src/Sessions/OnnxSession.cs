using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Sessions;

/// <summary>An open graph. Thread-safe, Dispose included: runs under way end first, later ones are refused.</summary>
public sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Lifetime _lifetime;

    /// <param name="path">The graph's file.</param>
    /// <param name="options">Read here only.</param>
    /// <param name="packed">Where the session puts, or finds, what its kernels pack of weights; null: it packs for itself.</param>
    /// <param name="held">What must outlive the session; disposed behind it. Where the constructor throws it stays the caller's.</param>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    public OnnxSession(string path, SessionOptions options, PrePackedWeightsContainer? packed = null, IDisposable? held = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = packed is null ? new InferenceSession(path, options) : new InferenceSession(path, options, packed);
        _lifetime = Begin(options.EnableProfiling, held);
        (Inputs, Outputs) = (_session.InputMetadata, _session.OutputMetadata);
    }

    /// <param name="graph">All of it: nothing that the options don't bring lies in another file.</param>
    /// <inheritdoc cref="OnnxSession(string, SessionOptions, PrePackedWeightsContainer, IDisposable)"/>
    public OnnxSession(byte[] graph, SessionOptions options, PrePackedWeightsContainer? packed = null, IDisposable? held = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = packed is null ? new InferenceSession(graph, options) : new InferenceSession(graph, options, packed);
        _lifetime = Begin(options.EnableProfiling, held);
        (Inputs, Outputs) = (_session.InputMetadata, _session.OutputMetadata);
    }

    /// <summary>The graph's inputs by name; managed, so they outlive the session.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs { get; }

    /// <inheritdoc cref="Inputs"/>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs { get; }

    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public OnnxBinding CreateBinding() => new(this, _session);

    /// <summary>One run without a binding. All that takes part stays until it is over, whoever disposes of it meanwhile.</summary>
    /// <param name="control">Ends it early.</param>
    /// <param name="inputNames">As many as there are inputs.</param>
    /// <param name="inputs">Read.</param>
    /// <param name="outputNames">As many as there are outputs.</param>
    /// <param name="outputs">Written.</param>
    /// <exception cref="ObjectDisposedException">The session, the control or a tensor was disposed.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public void Run(
        RunControl control, IReadOnlyCollection<string> inputNames, OnnxTensor[] inputs, IReadOnlyCollection<string> outputNames, OnnxTensor[] outputs)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        using var session = Enter();
        using var options = control.Enter();
        var tensors = new Stack<Use>(inputs.Length + outputs.Length);
        try
        {
            foreach (var tensor in inputs.Concat(outputs))
            {
                tensors.Push(tensor.Enter());
            }

            _session.Run(
                control.Options, inputNames, Array.ConvertAll(inputs, t => t.Value), outputNames, Array.ConvertAll(outputs, t => t.Value));
        }
        finally
        {
            while (tensors.TryPop(out var tensor))
            {
                tensor.Dispose();
            }
        }
    }

    public void Dispose() => _lifetime.Dispose();

    internal Use Enter() => _lifetime.Enter();

    private Lifetime Begin(bool profiled, IDisposable? held) => new(this, () =>
    {
        if (profiled)
        {
            // Writes it out.
            _ = _session.EndProfiling();
        }

        _session.Dispose();
        held?.Dispose();
    });
}
