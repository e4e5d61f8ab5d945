using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// The tensors over a batch's arrays, made once for each T and each R and kept: at most one set for each row and each
/// output that the batch can hold.
/// </summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly RowTensors?[] _rows;
    private readonly OutputTensors?[] _outputs;
    private int _boundRows = -1;
    private int _boundOutputs = -1;

    public BatchTensors(StepBatch batch)
    {
        Batch = batch;
        _rows = new RowTensors?[batch.InputIds.Length + 1];
        _outputs = new OutputTensors?[batch.OutputRows.Length + 1];
    }

    public StepBatch Batch { get; }

    /// <summary>Binds the tensors for the batch's T and R, those that are not bound already.</summary>
    public void Bind(OrtIoBinding binding)
    {
        if (_boundRows != Batch.RowCount)
        {
            _boundRows = -1;
            (_rows[Batch.RowCount] ??= new RowTensors(Batch)).Bind(binding);
            _boundRows = Batch.RowCount;
        }

        if (_boundOutputs != Batch.OutputCount)
        {
            _boundOutputs = -1;
            (_outputs[Batch.OutputCount] ??= new OutputTensors(Batch)).Bind(binding);
            _boundOutputs = Batch.OutputCount;
        }
    }

    public void Dispose()
    {
        Array.ForEach(_rows, r => r?.Dispose());
        Array.ForEach(_outputs, o => o?.Dispose());
    }

    /// <summary>The batch's arrays are pinned, and the batch outlives the tensors.</summary>
    private static OrtValue Over<T>(T[] array, TensorElementType type, params long[] shape)
        where T : unmanaged
    {
        // An empty array has no first element to take the address of; no byte of it is read either.
        nint address = array.Length == 0 ? 0 : Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        long bytes = shape.Aggregate((long)Marshal.SizeOf<T>(), (product, d) => product * d);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, address, bytes);
    }

    private sealed class RowTensors(StepBatch batch) : IDisposable
    {
        private readonly OrtValue _ids = Over(batch.InputIds, TensorElementType.Int32, batch.RowCount);
        private readonly OrtValue _slots = Over(batch.Slots, TensorElementType.Int32, batch.RowCount);
        private readonly OrtValue _positions = Over(batch.Positions, TensorElementType.Int32, batch.RowCount);
        private readonly OrtValue _index = Over(
            batch.AdapterIndex, TensorElementType.Int32, batch.RowCount, batch.AdaptersPerRow);

        private readonly OrtValue _weight = Over(
            batch.AdapterWeight, TensorElementType.Float, batch.RowCount, batch.AdaptersPerRow);

        public void Bind(OrtIoBinding binding)
        {
            binding.BindInput("input_ids", _ids);
            binding.BindInput("slot", _slots);
            binding.BindInput("pos", _positions);
            binding.BindInput("lora_idx", _index);
            binding.BindInput("lora_w", _weight);
        }

        public void Dispose()
        {
            _ids.Dispose();
            _slots.Dispose();
            _positions.Dispose();
            _index.Dispose();
            _weight.Dispose();
        }
    }

    private sealed class OutputTensors(StepBatch batch) : IDisposable
    {
        private readonly OrtValue _rows = Over(batch.OutputRows, TensorElementType.Int32, batch.OutputCount);
        private readonly OrtValue _logits = Over(
            batch.Logits, TensorElementType.Float, batch.OutputCount, batch.Vocabulary);

        public void Bind(OrtIoBinding binding)
        {
            binding.BindInput("out_rows", _rows);
            binding.BindOutput("logits", _logits);
        }

        public void Dispose()
        {
            _rows.Dispose();
            _logits.Dispose();
        }
    }
}
