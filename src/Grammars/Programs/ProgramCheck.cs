using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Programs;

/// <summary>
/// What must hold of a program before texts are held against it: each way that is begun can be ended, and no rule does itself before it has
/// read anything. So a text that is allowed so far can always be finished, and the stack grows with what is read alone.
/// </summary>
internal static class ProgramCheck
{
    /// <summary>Takes away what leads to no end.</summary>
    /// <exception cref="GrammarException">Nothing is left.</exception>
    public static void Trim(Instruction[] instructions, int[] entries, GrammarBudget budget)
    {
        bool[] ends = LeastFixpoint(instructions, entries, budget, (at, ends) => instructions[at] switch
        {
            { Operation: Operation.Return } => true,
            { Operation: Operation.Bytes } bytes => Array.Exists(bytes.Edges, edge => ends[edge.Next]),
            { Operation: Operation.Split } split => Array.Exists(split.Targets, target => ends[target]),
            { Operation: Operation.Call } call => ends[entries[call.Body]] && ends[call.Next],
            var repeat => (repeat.Least == 0 || (repeat.Most > 0 && ends[repeat.Body])) && ends[repeat.Next],
        });
        if (!ends[entries[0]])
        {
            throw new GrammarException("allows no text at all");
        }

        for (int at = 0; at < instructions.Length; at++)
        {
            var instruction = instructions[at];
            instructions[at] = instruction.Operation switch
            {
                Operation.Bytes => instruction with { Edges = Array.FindAll(instruction.Edges, edge => ends[edge.Next]) },
                Operation.Split => instruction with { Targets = Array.FindAll(instruction.Targets, target => ends[target]) },
                Operation.Repeat when ends[at] && (!ends[instruction.Body] || instruction.Most == 0) => new Instruction(Operation.Split) { Targets = [instruction.Next] },
                _ => instruction,
            };
        }
    }

    /// <exception cref="GrammarException">A rule begins with itself.</exception>
    public static void RequireNoLeftRecursion(Instruction[] instructions, int[] entries, IReadOnlyList<GrammarRule> rules, GrammarBudget budget)
    {
        bool[] empty = LeastFixpoint(instructions, entries, budget, (at, empty) => instructions[at] switch
        {
            { Operation: Operation.Return } => true,
            { Operation: Operation.Bytes } => false,
            { Operation: Operation.Split } split => Array.Exists(split.Targets, target => empty[target]),
            { Operation: Operation.Call } call => empty[entries[call.Body]] && empty[call.Next],
            var repeat => (repeat.Least == 0 || empty[repeat.Body]) && empty[repeat.Next],
        });

        // Rules by how far they are looked into: not yet, being looked into, done.
        byte[] looked = new byte[entries.Length];
        Stack<(int Rule, bool IsEnd)> open = new();
        for (int start = 0; start < entries.Length; start++)
        {
            open.Push((start, false));
            while (open.TryPop(out var next))
            {
                if (next.IsEnd)
                {
                    looked[next.Rule] = 2;
                }
                else if (looked[next.Rule] == 0)
                {
                    looked[next.Rule] = 1;
                    open.Push((next.Rule, true));
                    foreach (int first in FirstRules(instructions, entries, next.Rule, empty, budget))
                    {
                        if (looked[first] == 1)
                        {
                            throw new GrammarException($"has a rule that begins with itself: '{rules[first].Name}'");
                        }

                        open.Push((first, false));
                    }
                }
            }
        }
    }

    /// <summary>Rules that a rule may do before it has read a byte.</summary>
    private static HashSet<int> FirstRules(Instruction[] instructions, int[] entries, int rule, bool[] empty, GrammarBudget budget)
    {
        HashSet<int> first = [];
        HashSet<int> seen = [];
        Stack<int> open = new([entries[rule]]);
        while (open.TryPop(out int at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            budget.Spend();
            var instruction = instructions[at];
            foreach (int target in instruction.Targets)
            {
                open.Push(target);
            }

            if (instruction.Operation == Operation.Call)
            {
                first.Add(instruction.Body);
                if (empty[entries[instruction.Body]])
                {
                    open.Push(instruction.Next);
                }
            }
            else if (instruction.Operation == Operation.Repeat)
            {
                open.Push(instruction.Body);
                if (instruction.Least == 0 || empty[instruction.Body])
                {
                    open.Push(instruction.Next);
                }
            }
        }

        return first;
    }

    /// <summary>What holds of instructions because it holds of others: looked at again where one of those has changed.</summary>
    private static bool[] LeastFixpoint(Instruction[] instructions, int[] entries, GrammarBudget budget, Func<int, bool[], bool> holds)
    {
        var users = Users(instructions, entries, budget);
        bool[] known = new bool[instructions.Length];
        Stack<int> open = new(Enumerable.Range(0, instructions.Length));
        while (open.TryPop(out int at))
        {
            budget.Spend();
            if (!known[at] && holds(at, known))
            {
                known[at] = true;
                foreach (int user in users[at])
                {
                    open.Push(user);
                }
            }
        }

        return known;
    }

    /// <summary>By instruction: those that lead to it.</summary>
    private static List<int>[] Users(Instruction[] instructions, int[] entries, GrammarBudget budget)
    {
        List<int>[] users = [.. instructions.Select(_ => new List<int>(1))];
        for (int at = 0; at < instructions.Length; at++)
        {
            var instruction = instructions[at];
            budget.Spend(1 + instruction.Edges.Length + instruction.Targets.Length);
            foreach (var edge in instruction.Edges)
            {
                users[edge.Next].Add(at);
            }

            foreach (int target in instruction.Targets)
            {
                users[target].Add(at);
            }

            if (instruction.Operation is Operation.Call or Operation.Repeat)
            {
                users[instruction.Next].Add(at);
                users[instruction.Operation == Operation.Call ? entries[instruction.Body] : instruction.Body].Add(at);
            }
        }

        return users;
    }
}
