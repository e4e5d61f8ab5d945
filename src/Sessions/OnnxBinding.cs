using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Sessions;

/// <summary>
/// A session's inputs and outputs, bound once for many runs. Keeps the session and what is bound until it is disposed itself; a run
/// after the session's Dispose is refused all the same. One run or change at a time: others wait.
/// </summary>
public sealed class OnnxBinding : IDisposable
{
    private readonly OnnxSession _session;
    private readonly InferenceSession _native;
    private readonly OrtIoBinding _binding;
    private readonly Lifetime _lifetime;
    private readonly Lock _one = new();
    private readonly Dictionary<string, Use> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Use> _outputs = new(StringComparer.Ordinal);

    internal OnnxBinding(OnnxSession session, InferenceSession native)
    {
        var stay = session.Enter();
        try
        {
            _binding = native.CreateIoBinding();
        }
        catch
        {
            stay.Dispose();
            throw;
        }

        (_session, _native) = (session, native);
        _lifetime = new Lifetime(this, () =>
        {
            _binding.Dispose();
            foreach (var tensor in _inputs.Values.Concat(_outputs.Values))
            {
                tensor.Dispose();
            }

            stay.Dispose();
        });
    }

    /// <summary>In the place of what the input is bound to.</summary>
    /// <exception cref="ObjectDisposedException">The binding or the tensor was disposed.</exception>
    /// <exception cref="OnnxRuntimeException">The graph has no such input.</exception>
    public void BindInput(string name, OnnxTensor tensor) => Bind(_inputs, name, tensor);

    /// <summary>In the place of what the output is bound to.</summary>
    /// <exception cref="ObjectDisposedException">The binding or the tensor was disposed.</exception>
    /// <exception cref="OnnxRuntimeException">The graph has no such output.</exception>
    public void BindOutput(string name, OnnxTensor tensor) => Bind(_outputs, name, tensor);

    /// <summary>Runs the session on what is bound. All that takes part stays until it is over, whoever disposes of it meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The binding, its session or the control was disposed.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public void Run(RunControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        using var session = _session.Enter();
        using var self = _lifetime.Enter();
        using var options = control.Enter();
        lock (_one)
        {
            _native.RunWithBinding(control.Options, _binding);
        }
    }

    public void Dispose() => _lifetime.Dispose();

    private void Bind(Dictionary<string, Use> bound, string name, OnnxTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var self = _lifetime.Enter();
        lock (_one)
        {
            var stay = tensor.Enter();
            try
            {
                if (bound == _inputs)
                {
                    _binding.BindInput(name, tensor.Value);
                }
                else
                {
                    _binding.BindOutput(name, tensor.Value);
                }
            }
            catch
            {
                stay.Dispose();
                throw;
            }

            // The library holds the last one's pointer until here.
            if (bound.Remove(name, out var last))
            {
                last.Dispose();
            }

            bound.Add(name, stay);
        }
    }
}
