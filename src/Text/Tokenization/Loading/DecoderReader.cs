using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Decoding;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>
/// Reads <c>decoder</c>: steps that look at one token each, then optionally Fuse and a Strip of the text's
/// start. Orders of steps whose result would depend on several tokens are refused, for they cannot stream.
/// </summary>
internal sealed class DecoderReader
{
    private readonly List<DecoderStep> _steps = [];
    private LeadingStrip _strip;
    private char _metaspace;
    private int _count;
    private bool _bytes;
    private bool _fused;
    private bool _stripped;

    public static DecoderPlan Read(JsonField field)
    {
        var reader = new DecoderReader();
        reader.Add(field);
        return new DecoderPlan(reader._steps, reader._metaspace, reader._strip);
    }

    private void Add(JsonField field)
    {
        field.Count(ref _count);
        string type = field["type"].String();
        if (type == "Sequence")
        {
            foreach (var step in field["decoders"].Items())
            {
                Add(step);
            }

            return;
        }

        Action<JsonField> read = type switch
        {
            "ByteLevel" => ByteLevel,
            "ByteFallback" => ByteFallback,
            "Replace" => Replace,
            "Metaspace" => Metaspace,
            "Fuse" => Fuse,
            "Strip" => Strip,
            _ => throw field["type"].Unsupported(type, "ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip"),
        };
        if (type == "Strip" ? !_fused || _stripped : _fused || _stripped)
        {
            throw field.Error($"{type} stands where it is not supported: Strip goes last, after Fuse");
        }

        read(field);
    }

    private void ByteLevel(JsonField field) => AddBytes(field, new DecoderStep.ByteLevel());

    private void ByteFallback(JsonField field) => AddBytes(field, new DecoderStep.ByteFallback());

    private void AddBytes(JsonField field, DecoderStep step)
    {
        if (_bytes)
        {
            throw field.Error("is the second step that makes bytes");
        }

        _bytes = true;
        _steps.Add(step);
    }

    private void Replace(JsonField field)
    {
        if (_bytes)
        {
            throw field.Error("Replace after a step that makes bytes is not supported");
        }

        var pattern = field["pattern"]["String"];
        if (pattern.IsNull || pattern.String().Length == 0)
        {
            throw field["pattern"].Error("must be a String that is not empty");
        }

        _steps.Add(new DecoderStep.Replace(pattern.ShortText(), field["content"].ShortText()));
    }

    private void Metaspace(JsonField field)
    {
        if (_steps.Count > 0)
        {
            throw field.Error("Metaspace must be the first step");
        }

        char replacement = field["replacement"].Char();
        _steps.Add(new DecoderStep.Replace(replacement.ToString(), " "));
        if (MetaspaceScheme.Read(field) != PrependScheme.Never)
        {
            _metaspace = replacement;
        }
    }

    private void Fuse(JsonField field) => _fused = true;

    private void Strip(JsonField field)
    {
        if (field["stop"].Id() != 0)
        {
            throw field["stop"].Error("must be 0: a stream cannot take back the end of its text");
        }

        _strip = new LeadingStrip(field["content"].Char(), field["start"].Id());
        _stripped = true;
    }
}
