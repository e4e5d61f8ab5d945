using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExpertCluster.Catalogue;

/// <summary>
/// Refuses a text before it becomes a tree of nodes: that is built and hashed by recursion, and an alias is all of what it stands for to
/// whoever reads it, so that a few lines can be more than a memory holds.
/// </summary>
internal sealed class YamlBounds(string file)
{
    /// <summary>Null: a sequence. Else whether a mapping's next node is a key.</summary>
    private readonly Stack<bool?> _open = new();

    /// <summary>What each open collection is named, and what had been read before it.</summary>
    private readonly Stack<(AnchorName Anchor, long Before)> _anchors = new();
    private readonly Dictionary<AnchorName, long> _sizes = [];
    private long _size;

    /// <exception cref="CatalogueException"/>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public void Check(string text)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            if (depth > CatalogueLimits.Depth)
            {
                throw Error(current, $"nested deeper than a catalogue can be: {CatalogueLimits.Depth} levels");
            }

            if (current is NodeEvent or AnchorAlias)
            {
                Node(current);
            }
            else if (current is MappingEnd or SequenceEnd)
            {
                End();
            }
        }
    }

    private void Node(ParsingEvent node)
    {
        if (_open.TryPeek(out bool? isKey) && isKey is { } key)
        {
            // Keys are hashed, collections by recursion.
            if (key && node is not Scalar)
            {
                throw Error(node, "a key is no string");
            }

            _open.Pop();
            _open.Push(!key);
        }

        switch (node)
        {
            case AnchorAlias alias:
                Grow(node, Stands(alias));
                break;
            case Scalar scalar:
                Grow(node, 1L + scalar.Value.Length);
                Name(scalar.Anchor, 1L + scalar.Value.Length);
                break;
            default:
                _open.Push(node is MappingStart ? true : null);
                _anchors.Push((((NodeEvent)node).Anchor, _size));
                Grow(node, 1);
                break;
        }
    }

    private void End()
    {
        _open.Pop();
        var (anchor, before) = _anchors.Pop();
        Name(anchor, _size - before);
    }

    private void Name(AnchorName anchor, long size)
    {
        if (!anchor.IsEmpty)
        {
            _sizes[anchor] = size;
        }
    }

    private long Stands(AnchorAlias alias)
    {
        if (_anchors.Any(open => open.Anchor == alias.Value))
        {
            throw Error(alias, $"the alias *{alias.Value} stands within what it names");
        }

        // One that names nothing is refused by the parser of nodes.
        return _sizes.GetValueOrDefault(alias.Value);
    }

    private void Grow(ParsingEvent node, long size)
    {
        _size += size;
        if (_size > CatalogueLimits.FileBytes)
        {
            throw Error(node, $"with what its aliases stand for the catalogue is longer than {CatalogueLimits.FileBytes} characters");
        }
    }

    private CatalogueException Error(ParsingEvent at, string problem) => new(string.Create(CultureInfo.InvariantCulture, $"{file}:{at.Start.Line}: {problem}"));
}
