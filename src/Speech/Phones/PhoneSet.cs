using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Kouyin.Speech.Phones;

/// <summary>A closed list of phones, what a model's embedding counts, and how speech is written in it.</summary>
/// <remarks>A checkpoint keeps the name and the hash, and is refused under another set.</remarks>
public sealed class PhoneSet
{
    private readonly FrozenDictionary<string, int> _ids;
    private readonly Func<Pinyin, IReadOnlyList<string>> _syllable;
    private readonly Func<string, IReadOnlyList<string>> _arpabet;
    private readonly Func<Pause, string> _pause;

    private PhoneSet(
        string name, string[] symbols, string blank, Func<Pinyin, IReadOnlyList<string>> syllable,
        Func<string, IReadOnlyList<string>> arpabet, Func<Pause, string> pause)
    {
        (Name, Symbols, Blank) = (name, symbols, blank);
        (_syllable, _arpabet, _pause) = (syllable, arpabet, pause);
        _ids = symbols.Select((symbol, id) => KeyValuePair.Create(symbol, id))
            .ToFrozenDictionary(StringComparer.Ordinal);
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{string.Join('\n', symbols)}"));
        Hash = Convert.ToHexStringLower(digest.AsSpan(0, 8));
    }

    /// <summary>The 198 phones of the lab log, and a blank with id 198. English is approximated in them.</summary>
    public static PhoneSet Log198 { get; } = new(
        "log198", Log198Phones.Symbols, Log198Phones.Blank, Log198Phones.Phones, EnglishAsMandarin.Phones,
        _ => Silence);

    /// <summary>
    /// Initials without y and w, finals with tones 1 to 5, <c>rr</c> for erhua, ARPAbet with stress for English, and a
    /// mark for each kind of pause.
    /// </summary>
    public static PhoneSet InitialsFinals { get; } = new(
        "initials-finals", InitialsFinalsPhones.Symbols, InitialsFinalsPhones.Blank, InitialsFinalsPhones.Phones,
        phone => [phone], InitialsFinalsPhones.Mark);

    /// <summary>ARPAbet with stress and a mark for each kind of pause: English alone. Mandarin is refused.</summary>
    public static PhoneSet English { get; } = new(
        "arpabet", InitialsFinalsPhones.EnglishSymbols, InitialsFinalsPhones.Blank, pinyin => [$"{pinyin}"],
        phone => [phone], InitialsFinalsPhones.Mark);

    /// <summary>Every set, by which <see cref="Named"/> finds one.</summary>
    public static IReadOnlyList<PhoneSet> All { get; } = [InitialsFinals, Log198, English];

    /// <summary>The silence at both ends of an utterance, the same symbol in every set.</summary>
    public const string Silence = "sil";

    /// <summary>The set's name in recipes and checkpoints.</summary>
    public string Name { get; }

    /// <summary>16 hexadecimal digits that change when the name, a symbol or the order does.</summary>
    public string Hash { get; }

    /// <summary>Every symbol; its index is its id.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>The symbol between phones, for models that want one.</summary>
    public string Blank { get; }

    /// <summary>The set with this name.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static PhoneSet Named(string name) =>
        All.FirstOrDefault(set => set.Name == name)
        ?? throw new UserException(
            $"there is no phone set «{name}»", "phone set",
            $"choose one of: {string.Join(", ", All.Select(set => set.Name))}");

    /// <summary>A symbol's id.</summary>
    /// <exception cref="UserException">The set has no such symbol.</exception>
    public int Id(string symbol) => _ids.TryGetValue(symbol, out int id)
        ? id
        : throw new UserException(
            $"the phone set {Name} has no phone «{symbol}»", $"phone «{symbol}»",
            "use the phone set that the data was prepared with, or prepare the data again");

    /// <summary>Whether the set has a symbol.</summary>
    public bool Contains(string symbol) => _ids.ContainsKey(symbol);

    /// <summary>The ids of phones in a row.</summary>
    /// <param name="phones">Symbols of this set.</param>
    /// <param name="blanks">Whether a blank goes before, between and after them: 2 n + 1 ids in place of n.</param>
    public int[] Ids(IReadOnlyList<string> phones, bool blanks = false)
    {
        ArgumentNullException.ThrowIfNull(phones);
        if (!blanks)
            return [.. phones.Select(Id)];
        int[] ids = new int[2 * phones.Count + 1];
        Array.Fill(ids, Id(Blank));
        for (int i = 0; i < phones.Count; i++)
            ids[2 * i + 1] = Id(phones[i]);
        return ids;
    }

    /// <summary>The phones of one Mandarin syllable.</summary>
    public IReadOnlyList<string> Phones(Pinyin pinyin) => _syllable(pinyin);

    /// <summary>What an ARPAbet phone (<c>AH0</c>, <c>B</c>) becomes: itself, or its nearest Mandarin phones.</summary>
    public IReadOnlyList<string> EnglishPhones(string arpabet) => _arpabet(arpabet);

    /// <summary>The phone of a pause.</summary>
    public string PausePhone(Pause pause) => _pause(pause);
}
