using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>
/// Sentences as vectors of length 1, near where they mean alike: any model of BERT's family in ONNX. Or, where it is a classifier, as a number for each of its labels. A text is read up to the model's
/// length. As many runs go on at once as the machine has processors, each on one thread; who comes then waits. Thread-safe, Dispose included.
/// </summary>
public sealed class SentenceEncoder : IDisposable
{
    /// <summary>Most tokens of a run, padding included: it bounds memory.</summary>
    private const int BatchTokens = 4_096;

    /// <summary>Of a text: beginning, end, and a word between.</summary>
    public const int FewestTokens = EncoderMetadata.FewestTokens;

    /// <summary>Of a pair: one more end, and a word more.</summary>
    public const int FewestPairTokens = FewestTokens + 2;

    /// <summary>UTF-16 units of a text that are looked at where it matters whether all of it was read: a word of any length is a token.</summary>
    private const int MostUnits = 1 << 16;

    private readonly EncoderSession _session;
    private readonly WordPieces _words;
    private readonly EncoderMetadata _metadata;
    private readonly SemaphoreSlim _runs = new(Environment.ProcessorCount);

    private SentenceEncoder(EncoderSession session, WordPieces words, EncoderMetadata metadata) => (_session, _words, _metadata) = (session, words, metadata);

    /// <summary>Numbers of a vector.</summary>
    public int Width => _session.Width;

    /// <summary>What a classifier's numbers stand for; null: it is a sentence model.</summary>
    internal IReadOnlyList<string>? Labels => _metadata.Labels;

    /// <summary>Labels of a classifier; 0: it is a sentence model.</summary>
    public int LabelCount => Labels?.Count ?? 0;

    /// <summary>What becomes of the number of a classifier with one label.</summary>
    public EncoderActivation Activation => _metadata.Activation ?? EncoderActivation.Sigmoid;

    /// <summary>Tokens of the vocabulary.</summary>
    public int Vocabulary => _words.Count;

    /// <summary>Tokens that are read of a text.</summary>
    public int MaxTokens => _metadata.MaxTokens;

    /// <summary>A folder with model.onnx (or onnx/model.onnx), vocab.txt or tokenizer.json, and sentence-transformers' metadata where there are any.</summary>
    /// <param name="folder">The model's.</param>
    /// <param name="classifies">Whether it is to be a classifier: config.json names its labels then, and it gives logits.</param>
    /// <exception cref="GateFormatException">It is none, or one that is not let in; the message names file and field.</exception>
    public static SentenceEncoder Load(string folder, bool classifies = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return Open(EncoderFiles.Read(folder, classifies));
    }

    /// <summary>Checks a model's folder and writes what is needed of it into another, under our names.</summary>
    /// <param name="folder">The model's.</param>
    /// <param name="target">Where it is to be.</param>
    /// <param name="classifies">Whether it is to be a classifier: config.json names its labels then, and it gives logits.</param>
    /// <exception cref="GateFormatException">It is none, or one that is not let in.</exception>
    public static void Import(string folder, string target, bool classifies = false)
    {
        var content = EncoderFiles.Read(folder, classifies);
        Open(content).Dispose();
        EncoderFiles.Write(target, content);
    }

    internal static SentenceEncoder Open(EncoderContent content)
    {
        WordPieces words = new(Path.Combine(content.Folder, EncoderFiles.Vocabulary), content.Vocabulary, content.Metadata.LowerCase);
        var session = EncoderSession.Open(content.ModelPath, content.Model, content.Metadata.Labels is not null);
        try
        {
            SentenceEncoder encoder = new(session, words, content.Metadata);
            if (encoder.Labels is { } labels && labels.Count != session.Width)
            {
                throw new GateFormatException($"{content.ModelPath}: gives {session.Width} logits; {content.Folder} names {labels.Count} labels");
            }

            encoder.Probe(content.Folder);
            return encoder;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>An encoder into a gate's folder: one that was imported file by file, another by importing it.</summary>
    /// <param name="folder">Of the encoder.</param>
    /// <param name="target">Where it is to be.</param>
    /// <param name="put">Gives an imported one's file a second place; null: copies it.</param>
    /// <param name="classifies">Whether it is a classifier.</param>
    /// <exception cref="GateFormatException">It is none, or one that is not let in.</exception>
    public static void Place(string folder, string target, Action<string, string>? put, bool classifies = false)
    {
        if (put is null || !File.Exists(Path.Combine(folder, EncoderFiles.Metadata)))
        {
            Import(folder, target, classifies);
            return;
        }

        Directory.CreateDirectory(target);
        foreach (string name in EncoderFiles.All)
        {
            put(Path.Combine(folder, name), Path.Combine(target, name));
        }
    }

    /// <summary>What an imported folder has.</summary>
    public static IReadOnlyList<string> ImportedFiles => EncoderFiles.All;

    /// <summary>An imported folder, its graph not opened.</summary>
    /// <returns>Tokens that it reads of a text, and labels of a classifier: 0 where it is a sentence model.</returns>
    /// <exception cref="GateFormatException">It is none.</exception>
    public static (int MaxTokens, int Labels) Describe(string folder)
    {
        var metadata = EncoderFiles.ReadMetadata(folder, classifies: false);
        return (metadata.MaxTokens, metadata.Labels?.Count ?? 0);
    }

    /// <summary>What an import may read of a model's folder, by the paths in it.</summary>
    public static IReadOnlyList<string> Files => PublishedEncoder.Names;

    /// <summary>Whether an import may read a file of a model's folder.</summary>
    public static bool Reads(string file) => Files.Contains(file);

    /// <param name="text">Any; cut at the model's length.</param>
    /// <param name="vector">[Width].</param>
    /// <exception cref="GateRunException">The model failed, or gave what is no number.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public void Encode(ReadOnlySpan<char> text, Span<float> vector)
    {
        long[] ids = ArrayPool<long>.Shared.Rent(MaxTokens);
        long[] scratch = ArrayPool<long>.Shared.Rent(MaxTokens);
        try
        {
            int count = _words.Encode(text, ids.AsSpan(0, MaxTokens), scratch.AsSpan(0, MaxTokens));
            Run([new EncoderRow(ids.AsMemory(0, count), count, IsCut: false)], vector);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<long>.Shared.Return(scratch);
        }
    }

    /// <summary>Many texts, those of like length together.</summary>
    /// <returns>[texts, Width], row by row. The same for the same texts in the same order.</returns>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, Span{float})" path="/exception"/>
    public float[] Encode(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var rows = new EncoderRow[texts.Count];
        long[] buffer = new long[MaxTokens];
        long[] scratch = new long[MaxTokens];
        for (int i = 0; i < rows.Length; i++)
        {
            long[] ids = buffer[.._words.Encode(texts[i], buffer, scratch)];
            rows[i] = new EncoderRow(ids, ids.Length, IsCut: false);
        }

        float[] vectors = new float[(long)texts.Count * Width];
        Parallel.ForEach(Batches(rows, BatchTokens), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, batch =>
        {
            float[] found = new float[batch.Length * Width];
            Run([.. batch.Select(i => rows[i])], found);
            for (int i = 0; i < batch.Length; i++)
            {
                found.AsSpan(i * Width, Width).CopyTo(vectors.AsSpan(batch[i] * Width, Width));
            }
        });
        return vectors;
    }

    /// <summary>A text's tokens.</summary>
    /// <param name="text">Any; read at its first 65,536 UTF-16 units.</param>
    /// <param name="most">Tokens that are kept, 3 to <see cref="MaxTokens"/>.</param>
    public EncoderRow Read(ReadOnlySpan<char> text, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, FewestTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MaxTokens);

        // One more than the model reads tells whether there are more.
        int room = MaxTokens + 1;
        long[] ids = ArrayPool<long>.Shared.Rent(room);
        long[] scratch = ArrayPool<long>.Shared.Rent(room);
        try
        {
            int count = _words.Encode(text, ids.AsSpan(0, room), scratch.AsSpan(0, room), MostUnits, out bool isCut);
            return count <= most ? new EncoderRow(ids.AsSpan(0, count).ToArray(), count, isCut) : new EncoderRow((long[])[.. ids.AsSpan(0, most - 1), ids[count - 1]], most, IsCut: true);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<long>.Shared.Return(scratch);
        }
    }

    /// <summary>Two texts as one, with one beginning; where they are too long together, the longer one is cut at its end, until they are as long, then both (as Hugging Face's tokenizers do it with `longest_first`).</summary>
    /// <param name="first">As <see cref="Read(ReadOnlySpan{char}, int)"/> gives it.</param>
    /// <param name="second">As well.</param>
    /// <param name="most">Tokens that are kept, 5 to <see cref="MaxTokens"/>: beginning, two ends, and a word of each.</param>
    public static EncoderRow Pair(EncoderRow first, EncoderRow second, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, FewestPairTokens);

        // Without their marks.
        var (one, two) = (first.Ids[1..^1], second.Ids[1..^1]);
        int room = most - 3;
        bool isCut = one.Length + two.Length > room;
        if (isCut)
        {
            int shorter = Math.Min(Math.Min(one.Length, two.Length), room / 2);
            (int keptOne, int keptTwo) = one.Length <= two.Length ? (shorter, room - shorter) : (room - shorter, shorter);
            (one, two) = (one[..Math.Min(keptOne, one.Length)], two[..Math.Min(keptTwo, two.Length)]);
        }

        long end = first.Ids.Span[^1];
        return new EncoderRow((long[])[first.Ids.Span[0], .. one.Span, end, .. two.Span, end], one.Length + 2, isCut || first.IsCut || second.IsCut);
    }

    /// <summary>Rows that go well into one run: those of like length together, in the order of length.</summary>
    /// <param name="rows">Any.</param>
    /// <param name="tokens">Most of a run, padding included; a row that has more has a run of its own.</param>
    /// <returns>Places in <paramref name="rows"/>, each once.</returns>
    public static IReadOnlyList<int[]> Batches(IReadOnlyList<EncoderRow> rows, int tokens)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(i => rows[i].Ids.Length)];
        List<int[]> batches = [];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && (long)(end + 1 - start) * rows[order[end]].Ids.Length <= tokens)
            {
                end++;
            }

            batches.Add(order[start..end]);
            start = end;
        }

        return batches;
    }

    /// <summary>One run: vectors of length 1, or what a classifier says as it says it.</summary>
    /// <param name="rows">Each of 1 to <see cref="MaxTokens"/> tokens of the vocabulary.</param>
    /// <param name="vectors">[rows, Width].</param>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, Span{float})" path="/exception"/>
    public void Run(IReadOnlyList<EncoderRow> rows, Span<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int tokens = rows.Max(r => r.Ids.Length);
        int total = rows.Count * tokens;
        int width = Width;
        long[] ids = ArrayPool<long>.Shared.Rent(total);
        long[] mask = ArrayPool<long>.Shared.Rent(total);
        long[] types = ArrayPool<long>.Shared.Rent(total);
        float[] output = ArrayPool<float>.Shared.Rent(total * width);
        try
        {
            Array.Clear(ids, 0, total);
            Array.Clear(mask, 0, total);
            Array.Clear(types, 0, total);
            for (int row = 0; row < rows.Count; row++)
            {
                var (its, second, _) = rows[row];
                int start = row * tokens;
                its.Span.CopyTo(ids.AsSpan(start));
                mask.AsSpan(start, its.Length).Fill(1);
                types.AsSpan(start + second, its.Length - second).Fill(1);
            }

            Run(rows.Count, tokens, ids, mask, types, output);
            for (int row = 0; row < rows.Count; row++)
            {
                var target = vectors.Slice(row * width, width);
                if (_session.IsPooled)
                {
                    output.AsSpan(row * width, width).CopyTo(target);
                }
                else
                {
                    Pool(output.AsSpan(row * tokens * width, rows[row].Ids.Length * width), target);
                }

                Finish(target);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<long>.Shared.Return(mask);
            ArrayPool<long>.Shared.Return(types);
            ArrayPool<float>.Shared.Return(output);
        }
    }

    public void Dispose() => _session.Dispose();

    private void Run(int rows, int tokens, long[] ids, long[] mask, long[] types, float[] output)
    {
        _runs.Wait();
        try
        {
            _session.Run(rows, tokens, ids, mask, types, output);
        }
        catch (OnnxRuntimeException error)
        {
            throw new GateRunException($"the sentence encoder failed: {error.Message}", error);
        }
        finally
        {
            _runs.Release();
        }
    }

    private void Pool(ReadOnlySpan<float> tokens, Span<float> vector)
    {
        tokens[..vector.Length].CopyTo(vector);
        if (_metadata.Pooling == EncoderPooling.Mean)
        {
            for (int start = vector.Length; start < tokens.Length; start += vector.Length)
            {
                TensorPrimitives.Add(vector, tokens.Slice(start, vector.Length), vector);
            }
        }
    }

    /// <summary>To length 1, and a mean needs no division before; what a classifier says stays as it is.</summary>
    private void Finish(Span<float> vector)
    {
        if (Labels is not null)
        {
            if (!float.IsFinite(TensorPrimitives.Sum<float>(vector)))
            {
                throw new GateRunException("the classifier gave a score that is no number");
            }

            return;
        }

        float length = TensorPrimitives.Norm<float>(vector);
        if (!(length > 0 && float.IsFinite(length)))
        {
            throw new GateRunException($"the sentence encoder gave a vector of length {length}");
        }

        TensorPrimitives.Divide(vector, length, vector);
    }

    /// <summary>A model that fails at any text, or has no row for the vocabulary's last token, is told of before anybody waits for it.</summary>
    private void Probe(string folder)
    {
        try
        {
            float[] vector = new float[Width];
            Encode("A sentence.", vector);
            Run([new EncoderRow((long[])[0, _words.Count - 1], 2, IsCut: false)], vector);
            Run([new EncoderRow(new long[MaxTokens], MaxTokens, IsCut: false)], vector);
        }
        catch (GateRunException error)
        {
            throw new GateFormatException($"{folder}: {error.Message}", error);
        }
    }
}
