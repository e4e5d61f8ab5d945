using ExpertCluster.Sessions;

namespace ExpertCluster.Inference.Stepping.Runners;

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
    public void Bind(OnnxBinding binding)
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

    private sealed class RowTensors(StepBatch batch) : IDisposable
    {
        private readonly OnnxTensor _ids = OnnxTensor.Over(batch.InputIds.AsMemory(), batch.RowCount);
        private readonly OnnxTensor _slots = OnnxTensor.Over(batch.Slots.AsMemory(), batch.RowCount);
        private readonly OnnxTensor _positions = OnnxTensor.Over(batch.Positions.AsMemory(), batch.RowCount);
        private readonly OnnxTensor _index = OnnxTensor.Over(batch.AdapterIndex.AsMemory(), batch.RowCount, batch.AdaptersPerRow);

        private readonly OnnxTensor _weight = OnnxTensor.Over(batch.AdapterWeight.AsMemory(), batch.RowCount, batch.AdaptersPerRow);

        public void Bind(OnnxBinding binding)
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
        private readonly OnnxTensor _rows = OnnxTensor.Over(batch.OutputRows.AsMemory(), batch.OutputCount);
        private readonly OnnxTensor _logits = OnnxTensor.Over(batch.Logits.AsMemory(), batch.OutputCount, batch.Vocabulary);

        public void Bind(OnnxBinding binding)
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
