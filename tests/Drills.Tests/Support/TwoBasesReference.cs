using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Drills.Support;

/// <summary>The ensemble of the two bases' experts, computed by one process in double precision.</summary>
internal sealed class TwoBasesReference
{
    private readonly Tokenizer _tokenizer;
    private readonly int _end;
    private readonly (ReferenceModel Model, AdapterShare Adapter, double Weight)[] _members;

    /// <param name="bases">Whose.</param>
    /// <param name="weights">Of the experts; their sum is 1.</param>
    public TwoBasesReference(TwoBases bases, params (string Expert, double Weight)[] weights)
    {
        _tokenizer = Tokenizer.Load(Path.Combine(bases.BaseOf(TwoBases.First), "tokenizer.json"));
        Assert.True(_tokenizer.TryGetId("<|end|>", out _end));
        _members = [.. weights.Select(w =>
        {
            var model = ReferenceModel.Load(bases.BaseOf(w.Expert));
            return (model, new AdapterShare(PeftAdapter.Load(TwoBases.AdapterOf(w.Expert), model.Shape), 1), w.Weight);
        })];
    }

    /// <summary>Holds each token of an answer to what may stand in its place, behind those before it.</summary>
    /// <param name="question">Of a conversation that has nothing else.</param>
    /// <param name="seed">0: greedy; else at temperature 1.</param>
    /// <param name="answer">Its tokens; an end token is none of them.</param>
    /// <param name="ended">Whether an end token followed.</param>
    /// <returns>How many are the ones that double precision gives, and by how much probability the worst of the others was beside it.</returns>
    public (int Equal, double Worst) Judge(string question, ulong seed, IReadOnlyList<int> answer, bool ended)
    {
        int[] prompt = _tokenizer.Encode($"<|bos|><|user|>{question}<|end|><|assistant|>");
        var sequences = _members.Select(m => m.Model.Begin()).ToArray();
        float[][] logits = new float[_members.Length][];
        foreach (int token in prompt)
        {
            Step(token);
        }

        var (equal, worst) = (0, 0.0);
        foreach (int token in ended ? [.. answer, _end] : answer)
        {
            double[] merged = Merge(logits);
            double beside = seed == 0
                ? merged.Max() - merged[token]
                : Beside(merged, token, ReferenceDraw.Uniform(seed, sequences[0].Position));
            equal += beside <= 0 ? 1 : 0;
            worst = Math.Max(worst, beside);
            if (token != _end)
            {
                Step(token);
            }
        }

        return (equal, worst);

        void Step(int token)
        {
            for (int i = 0; i < _members.Length; i++)
            {
                logits[i] = sequences[i].Step(token, [_members[i].Adapter]);
            }
        }
    }

    /// <summary>How far a number lies outside of a token's part of the probabilities.</summary>
    private static double Beside(double[] probabilities, int token, double number)
    {
        double before = probabilities.Take(token).Sum();
        return Math.Max(before - number, number - before - probabilities[token]);
    }

    private double[] Merge(float[][] logits)
    {
        double[] merged = new double[logits[0].Length];
        for (int i = 0; i < _members.Length; i++)
        {
            double[] its = ReferenceDraw.Softmax(logits[i]);
            for (int id = 0; id < merged.Length; id++)
            {
                merged[id] += _members[i].Weight * its[id];
            }
        }

        return merged;
    }
}
