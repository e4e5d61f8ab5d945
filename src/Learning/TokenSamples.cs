using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>
/// Windows of rendered chats as training samples of the token gate: the target is the class of the token that comes next.
/// Small talk before a question belongs to the generalist; of a compound only the answers teach, since which half of
/// its prompt a token belongs to is what single prompts teach already.
/// </summary>
internal sealed class TokenSamples
{
    private const int MaxWindows = 200_000;

    private readonly ChatEncoding _chat;
    private readonly GateTrainingOptions _options;
    private readonly DeterministicRandom _random;
    private readonly DocumentMaker _maker;
    private readonly TokenFeatures _features;
    private readonly FeatureBag _bag;
    private readonly int _generalist;
    private readonly List<TrainingSample> _samples = [];
    private readonly List<int> _ids = [];
    private readonly List<int> _owners = [];

    private TokenSamples(ExamplePool pool, ChatEncoding chat, GateTrainingOptions options, ulong seed)
    {
        (_chat, _options, _random) = (chat, options, new DeterministicRandom(seed));
        _maker = new DocumentMaker(pool, options, _random);
        _features = new TokenFeatures(options.TokenBuckets, options.Window, options.Recent);
        _bag = new FeatureBag(_features.Limit);
        _generalist = pool.Classes.Index().First(c => c.Item.IsGeneralist).Index;
    }

    public static List<TrainingSample> Draw(ExamplePool pool, ChatEncoding chat, GateTrainingOptions options, ulong seed)
    {
        TokenSamples maker = new(pool, chat, options, seed);
        int classes = pool.Classes.Count;
        int cuts = options.WindowsPerDocument;
        int each = Math.Clamp(MaxWindows / 2 / cuts / classes, 10, options.DocumentsPerExpert);
        for (int of = 0; of < classes; of++)
        {
            for (int i = 0; i < each; i++)
            {
                maker.AddSingle(maker._maker.Single(of), cuts);
            }
        }

        int compounds = Math.Min(MaxWindows / 4 / cuts, (int)(options.CompoundShare * each * Math.Min(classes, 8) / 4));
        for (int i = 0; i < compounds && maker._maker.CanCompound; i++)
        {
            if (maker._maker.Compound(answered: true) is { } document)
            {
                maker.AddCompound(document, 2 * cuts);
            }
        }

        return maker._samples;
    }

    private void AddSingle(GateDocument document, int cuts)
    {
        Start(document.Prompt, document.FirstClass);
        if (document.Preamble is { } preamble)
        {
            // What the preamble alone and the whole prompt have in common is the header and the preamble.
            var alone = _chat.Prompt(preamble);
            int header = Common(_chat.Prompt(document.First.Prompt), alone);
            int end = Common(alone, _ids);
            for (int i = header; i < end; i++)
            {
                _owners[i] = _generalist;
            }
        }

        if (document.First.Answer is { } answer)
        {
            Append(answer, document.FirstClass, last: true);
        }

        Cut(1, cuts);
    }

    private void AddCompound(GateDocument document, int cuts)
    {
        Start(document.Prompt, document.FirstClass);
        int answers = _ids.Count;
        Append(document.First.Answer!, document.FirstClass, last: false);
        Append(" " + document.Second!.Answer, document.SecondClass, last: true);
        Cut(answers, cuts);
    }

    private void Start(string prompt, int owner)
    {
        _ids.Clear();
        _owners.Clear();
        _ids.AddRange(_chat.Prompt(prompt));
        _owners.AddRange(Enumerable.Repeat(owner, _ids.Count));
    }

    private void Append(string text, int owner, bool last)
    {
        _ids.AddRange(_chat.Text(text));
        if (last && _chat.EndToken is int end)
        {
            _ids.Add(end);
        }

        _owners.AddRange(Enumerable.Repeat(owner, _ids.Count - _owners.Count));
    }

    private void Cut(int from, int count)
    {
        ReadOnlySpan<int> ids = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids);
        for (int i = 0; i < count && from < ids.Length; i++)
        {
            int next = from + _random.Next(ids.Length - from);
            _features.Extract(ids[Math.Max(0, next - _options.Window)..next], _bag);
            _samples.Add(TrainingSample.Of(_bag, _owners[next], _owners[next]));
        }
    }

    private static int Common(IReadOnlyList<int> one, IReadOnlyList<int> two)
    {
        int length = 0;
        while (length < one.Count && length < two.Count && one[length] == two[length])
        {
            length++;
        }

        return length;
    }
}
