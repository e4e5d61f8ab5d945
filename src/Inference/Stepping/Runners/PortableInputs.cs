using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Sessions;

namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>A part's tensors for one Run of the portable graph; src/Models/Onnx/README.md has the contract.</summary>
internal sealed class PortableInputs
{
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int[] _longest;
    private readonly int[] _outputRows;
    private readonly int[] _index;
    private readonly float[] _weight;
    private readonly int[] _set;
    private readonly float[] _logits;
    private readonly int[] _targets;
    private readonly StepBatch _batch;
    private readonly PortablePart _part;

    public PortableInputs(StepBatch batch, PortablePart part)
    {
        (_batch, _part) = (batch, part);
        int s = part.RowsPerSequence;
        _ids = Array.ConvertAll(part.Rows, row => batch.InputIds[row]);
        // Tokens of a sequence after this run, minus 1: its last row's position.
        _lengths = [.. Enumerable.Range(0, part.Sequences).Select(b => batch.Positions[part.Rows[((b + 1) * s) - 1]])];
        _longest = [_lengths.Max() + 1];

        // The n-th output of the step is this part's where its row is; rows of the part count from 0.
        _targets = [.. Enumerable.Range(0, batch.OutputCount).Where(n => part.Rows.Contains(batch.OutputRows[n]))];
        _outputRows = Array.ConvertAll(_targets, n => Array.IndexOf(part.Rows, batch.OutputRows[n]));
        _logits = new float[_targets.Length * batch.Vocabulary];

        _index = [.. part.Rows.SelectMany(row => Places(batch.AdapterIndex, row))];
        _weight = [.. part.Rows.SelectMany(row => Places(batch.AdapterWeight, row))];
        int[] used = [.. _index.Zip(_weight).Where(p => p.First >= 0 && p.Second != 0).Select(p => p.First).Distinct()];
        _set = used.Length > 0 ? used : [0];

        IEnumerable<T> Places<T>(T[] all, int row) => all.Skip(row * batch.AdaptersPerRow).Take(batch.AdaptersPerRow);
    }

    /// <param name="binding">Of the session.</param>
    /// <param name="held">Takes the tensors, which must live until the run is over.</param>
    public void Bind(OnnxBinding binding, Owned held)
    {
        long b = _part.Sequences;
        long s = _part.RowsPerSequence;
        Input("input_ids", _ids, b, s);
        Input("seqlens_k", _lengths, b);
        Input("total_seq", _longest, 1);
        Input("out_rows", _outputRows, _outputRows.Length);
        Input("lora_idx", _index, b, s, _batch.AdaptersPerRow);
        Input("lora_w", _weight, b, s, _batch.AdaptersPerRow);
        Input("lora_set", _set, _set.Length);
        binding.BindOutput("logits", held.Add(OnnxTensor.Over(_logits.AsMemory(), _targets.Length, _batch.Vocabulary)));

        void Input<T>(string name, T[] values, params long[] shape)
            where T : unmanaged => binding.BindInput(name, held.Add(OnnxTensor.Over(values.AsMemory(), shape)));
    }

    /// <summary>After the run: puts the logits where the step wants them.</summary>
    public void Scatter()
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            _logits.AsSpan(i * _batch.Vocabulary, _batch.Vocabulary).CopyTo(_batch.LogitsOf(_targets[i]));
        }
    }
}
