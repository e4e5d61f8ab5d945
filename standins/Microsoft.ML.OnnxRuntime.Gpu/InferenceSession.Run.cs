using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

public unsafe partial class InferenceSession
{
    /// <summary>Runs with outputs that the library allocates and the caller disposes of.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        RunOptions runOptions, IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Run(runOptions, [.. inputs.Keys], [.. inputs.Values], outputNames);
    }

    /// <summary>Runs with outputs that the library allocates and the caller disposes of.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        RunOptions runOptions,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(outputNames);
        var outputs = new nint[outputNames.Count];
        Run(runOptions, inputNames, inputValues, outputNames, outputs);
        return DisposableList.Of(outputs);
    }

    /// <summary>Runs into outputs that the caller allocated, with the shapes that the run gives.</summary>
    public void Run(
        RunOptions runOptions,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputValues)
    {
        ArgumentNullException.ThrowIfNull(outputNames);
        ArgumentNullException.ThrowIfNull(outputValues);
        RequireSameCount(outputNames, outputValues, nameof(outputValues));
        using var outputs = new HandleLeases(outputValues);
        Run(runOptions, inputNames, inputValues, outputNames, outputs.Pointers);
    }

    public void RunWithBinding(RunOptions runOptions, OrtIoBinding ioBinding)
    {
        ArgumentNullException.ThrowIfNull(runOptions);
        ArgumentNullException.ThrowIfNull(ioBinding);
        using var session = new HandleLease(Handle);
        using var options = new HandleLease(runOptions);
        using var binding = new HandleLease(ioBinding);
        NativeStatus.Check(NativeMethods.Call(ApiEntry.RunWithBinding, session.Pointer, options.Pointer, binding.Pointer));
    }

    /// <summary>Runs, and returns the bound outputs, which the caller disposes of.</summary>
    public IDisposableReadOnlyCollection<OrtValue> RunWithBoundResults(RunOptions runOptions, OrtIoBinding ioBinding)
    {
        RunWithBinding(runOptions, ioBinding);
        ioBinding.SynchronizeBoundOutputs();
        return ioBinding.GetOutputValues();
    }

    private static void RequireSameCount(IReadOnlyCollection<string> names, IReadOnlyCollection<OrtValue> values, string parameter)
    {
        if (names.Count != values.Count)
        {
            throw new ArgumentException($"{names.Count} names but {values.Count} values.", parameter);
        }
    }

    private void Run(
        RunOptions? runOptions,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames,
        nint[] outputs)
    {
        ArgumentNullException.ThrowIfNull(inputNames);
        ArgumentNullException.ThrowIfNull(inputValues);
        RequireSameCount(inputNames, inputValues, nameof(inputValues));
        using var inputText = new Utf8Array(inputNames);
        using var outputText = new Utf8Array(outputNames);
        using var session = new HandleLease(Handle);
        using var options = new HandleLease(runOptions);
        using var inputs = new HandleLeases(inputValues);
        fixed (nint* i = inputs.Pointers, o = outputs)
        {
            NativeStatus.Check(NativeMethods.Run(
                session.Pointer, options.Pointer, inputText.Pointer, i, inputNames.Count, outputText.Pointer, outputNames.Count, o));
        }
    }
}
