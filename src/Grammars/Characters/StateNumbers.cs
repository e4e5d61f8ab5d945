namespace ExpertCluster.Grammars.Characters;

/// <summary>Numbers what states of an automaton stand for, in the order they are met.</summary>
internal sealed class StateNumbers<T>(IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    private readonly Dictionary<T, int> _numbers = new(comparer);
    private readonly List<T> _values = [];

    public int Count => _values.Count;

    public T this[int number] => _values[number];

    /// <exception cref="GrammarException">There would be more than <see cref="GrammarLimits.MaxStates"/>.</exception>
    public int Of(T value)
    {
        if (_numbers.TryGetValue(value, out int number))
        {
            return number;
        }

        if (_values.Count == GrammarLimits.MaxStates)
        {
            throw new GrammarException($"needs an automaton of more than {GrammarLimits.MaxStates} states");
        }

        _numbers.Add(value, _values.Count);
        _values.Add(value);
        return _values.Count - 1;
    }
}
