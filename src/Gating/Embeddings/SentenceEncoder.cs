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

    private readonly EncoderSession _session;
    private readonly WordPieces _words;
    private readonly EncoderMetadata _metadata;
    private readonly SemaphoreSlim _runs = new(Environment.ProcessorCount);

    private SentenceEncoder(EncoderSession session, WordPieces words, EncoderMetadata metadata) => (_session, _words, _metadata) = (session, words, metadata);

    /// <summary>Numbers of a vector.</summary>
    public int Width => _session.Width;

    /// <summary>What a classifier's numbers stand for; null: it is a sentence model.</summary>
    internal IReadOnlyList<string>? Labels => _metadata.Labels;

    /// <summary>Tokens that are read of a text.</summary>
    public int MaxTokens => _metadata.MaxTokens;

    /// <summary>A folder with model.onnx (or onnx/model.onnx), vocab.txt or tokenizer.json, and sentence-transformers' metadata where there are any.</summary>
    /// <exception cref="GateFormatException">It is no sentence encoder, or one that is not let in; the message names file and field.</exception>
    public static SentenceEncoder Load(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return Open(EncoderFiles.Read(folder, classifies: false));
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
            Run([ids], [count], count, vector);
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
        long[][] ids = new long[texts.Count][];
        long[] buffer = new long[MaxTokens];
        long[] scratch = new long[MaxTokens];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = buffer[.._words.Encode(texts[i], buffer, scratch)];
        }

        int[] order = [.. Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Length)];
        List<int[]> batches = [];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && (end + 1 - start) * ids[order[end]].Length <= BatchTokens)
            {
                end++;
            }

            batches.Add(order[start..end]);
            start = end;
        }

        float[] vectors = new float[(long)texts.Count * Width];
        Parallel.ForEach(batches, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, batch =>
        {
            long[][] rows = [.. batch.Select(i => ids[i])];
            float[] found = new float[batch.Length * Width];
            Run(rows, [.. rows.Select(r => r.Length)], rows[^1].Length, found);
            for (int i = 0; i < batch.Length; i++)
            {
                found.AsSpan(i * Width, Width).CopyTo(vectors.AsSpan(batch[i] * Width, Width));
            }
        });
        return vectors;
    }

    public void Dispose() => _session.Dispose();

    private void Run(long[][] rows, ReadOnlySpan<int> counts, int tokens, Span<float> vectors)
    {
        int total = rows.Length * tokens;
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
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row].AsSpan(0, counts[row]).CopyTo(ids.AsSpan(row * tokens));
                mask.AsSpan(row * tokens, counts[row]).Fill(1);
            }

            Run(rows.Length, tokens, ids, mask, types, output);
            for (int row = 0; row < rows.Length; row++)
            {
                var target = vectors.Slice(row * width, width);
                if (_session.IsPooled)
                {
                    output.AsSpan(row * width, width).CopyTo(target);
                }
                else
                {
                    Pool(output.AsSpan(row * tokens * width, counts[row] * width), target);
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
            Run([[0, _words.Count - 1]], [2], 2, vector);
            long[] longest = new long[MaxTokens];
            Run([longest], [MaxTokens], MaxTokens, vector);
        }
        catch (GateRunException error)
        {
            throw new GateFormatException($"{folder}: {error.Message}", error);
        }
    }
}
